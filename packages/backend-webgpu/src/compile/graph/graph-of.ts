import {
  kernelName,
  sameShape,
  sizeOf,
  type Operation,
  type Params,
  type Program,
  type ScanParams,
  type TensorType,
} from "@nn/core";
import { ROW } from "../division.ts";
import { isGiven, type Graph, type Region, type Value } from "./graph.ts";
import { valueOf } from "./value.ts";
import { sourceOf } from "./views.ts";

/** Makes values of a lowered program; products of so many multiplications may be left to recorded kernels. */
export function graphOf(program: Program, isRecorded: (work: number) => boolean): Graph {
  const builder = new Builder(isRecorded);
  const top: Region = { depth: 0, values: [], loops: [] };
  const inputs = program.inputs.map((id) => builder.add(top, "input", [], program.types[id]!));
  const outputs = builder
    .run(program, top, inputs)
    .map((value) => builder.add(top, "copy", [value], value, { isOutput: true }, value.path));
  return { top, inputs, outputs, stored: builder.stored };
}

/** Rows and columns of one matrix that a workgroup of a recorded kernel computes. */
const TILE = 32;

/**
 * Recorded kernels read two whole stacks of matrices of the same length, at places that do not change. The windows of a
 * convolution would have to be written for them, and take many times as much as the images. They have a workgroup for
 * each tile of each matrix, in three directions.
 */
function canRecord([a, b]: readonly Value[], shape: readonly number[]): boolean {
  const isReadable = [a!, b!].every((x) => x.op !== "row" && x.size <= sourceOf(x).size);
  const [rows, columns] = shape.slice(-2).map((length) => length / TILE);
  const fits = Math.max(sizeOf(shape.slice(0, -2)), rows!, columns!) <= ROW;
  const isStack = sameShape(a!.shape.slice(0, -2), b!.shape.slice(0, -2));
  return isReadable && a !== b && isStack && fits;
}

/** Elements that a reduction counts, at most. */
const COUNTED = 2 ** 30;

class Builder {
  readonly stored = new Set<Value>();
  private readonly isRecorded: (work: number) => boolean;
  private count = 0;

  constructor(isRecorded: (work: number) => boolean) {
    this.isRecorded = isRecorded;
  }

  add(
    region: Region,
    op: string,
    inputs: readonly Value[],
    { shape, dtype }: TensorType,
    params: Params = {},
    path = "",
  ): Value {
    const value = valueOf({ id: this.count++, shape, dtype, op, inputs, params, path, region });
    region.values.push(value);
    return value;
  }

  /** Adds a program's operations to a region and returns its outputs. */
  run(program: Program, region: Region, inputs: readonly Value[]): Value[] {
    const values: Value[] = [];
    program.inputs.forEach((id, i) => (values[id] = inputs[i]!));
    for (const operation of program.operations) {
      const operands = operation.inputs.map((id) => values[id]!);
      const types = operation.outputs.map((id) => program.types[id]!);
      this.apply(region, operation, operands, types).forEach(
        (value, i) => (values[operation.outputs[i]!] = value),
      );
    }
    return program.outputs.map((id) => values[id]!);
  }

  private apply(
    region: Region,
    { primitive, params, path }: Operation,
    operands: readonly Value[],
    types: readonly TensorType[],
  ): Value[] {
    const name = kernelName(primitive);
    if (name === "scan") return this.loop(region, operands, types, params as ScanParams, path);
    const [type] = types;
    const [x] = operands;
    if (name === "sum" || name === "max")
      return [this.reduce(region, name, x!, type!, params["axes"] as readonly number[], path)];
    if (name === "matmul") return [this.product(region, operands, type!, params, path)];
    return [this.add(region, name, operands, type!, params, path)];
  }

  /**
   * Long reductions with few results are done in parts first, of about as many elements as there are parts; those of
   * more elements than are counted in i32, one axis after the other.
   */
  private reduce(
    region: Region,
    op: string,
    x: Value,
    type: TensorType,
    axes: readonly number[],
    path: string,
  ): Value {
    const results = sizeOf(type.shape);
    const length = x.size / results;
    if (results === 0 || length < 512 || results > 4096)
      return this.add(region, op, [x], type, { axes }, path);
    const [first, ...others] = axes.toSorted((a, b) => a - b) as [number, ...number[]];
    if (length > COUNTED && others.length > 0) {
      const kept = x.shape.filter((_, axis) => !others.includes(axis));
      const inner = this.reduce(region, op, x, { shape: kept, dtype: type.dtype }, others, path);
      return this.reduce(region, op, inner, type, [first], path);
    }
    const parts = Math.ceil(Math.sqrt(length));
    const shape = [...type.shape, parts];
    const params = { axes, length, kind: op };
    const partial = this.add(region, "partial", [x], { shape, dtype: type.dtype }, params, path);
    return this.add(region, op, [partial], type, { axes: [shape.length - 1] }, path);
  }

  /** Products with a long inner axis and few results are sums of products of parts of it. */
  private product(
    region: Region,
    operands: readonly Value[],
    type: TensorType,
    params: Params,
    path: string,
  ): Value {
    const length = operands[0]!.shape.at(params["transposeA"] ? -2 : -1)!;
    const results = sizeOf(type.shape);
    if (this.isRecorded(results * length) && canRecord(operands, type.shape)) {
      for (const operand of operands) if (!isGiven(operand)) this.stored.add(operand);
      return this.add(
        region,
        "matmul",
        operands,
        type,
        { ...params, parts: 1, isRecorded: true },
        path,
      );
    }
    const parts = Math.min(Math.ceil(length / 256), Math.ceil(65_536 / Math.max(1, results)));
    if (parts <= 1 || results === 0)
      return this.add(region, "matmul", operands, type, { ...params, parts: 1 }, path);
    const shape = [parts, ...type.shape];
    const products = { ...params, parts };
    const { dtype } = type;
    const stack = this.add(region, "matmul", operands, { shape, dtype }, products, path);
    return this.add(region, "sum", [stack], type, { axes: [0] }, path);
  }

  private loop(
    region: Region,
    operands: readonly Value[],
    types: readonly TensorType[],
    { body: program, captured, carry, length, reverse }: ScanParams,
    path: string,
  ): Value[] {
    const first = captured + carry;
    if (length === 0) {
      const empty = (type: TensorType): Value => this.add(region, "full", [], type, { value: 0 });
      return [...operands.slice(captured, first), ...types.slice(carry).map(empty)];
    }
    const body: Region = { depth: region.depth + 1, values: [], loops: [] };
    const outer = operands.slice(0, captured);
    for (const value of outer) this.keep(value);
    const started = operands.slice(captured, first).map((value) => ({
      initial: this.add(region, "copy", [value], value, {}, path),
      carry: this.add(body, "carry", [], value),
      result: this.add(region, "result", [], value),
    }));
    const slices = operands.slice(first).map((source, i) => {
      const type = program.types[program.inputs[first + i]!]!;
      this.stored.add(source);
      return { source, slice: this.add(body, "row", [], type) };
    });
    const results = this.run(program, body, [
      ...outer,
      ...started.map((one) => one.carry),
      ...slices.map(({ slice }) => slice),
    ]);
    const copies = results.map((value) => {
      // What comes from outside the body is read there.
      if (value.region !== body) this.keep(value);
      return this.add(body, "copy", [value], value, {}, path);
    });
    const carries = started.map((one, i) => ({ ...one, next: copies[i]! }));
    const stacks = copies.slice(carry).map((value, i) => {
      const result = this.add(region, "result", [], types[carry + i]!);
      return { value, result };
    });
    region.loops.push({
      region,
      body,
      length,
      reverse,
      captured: outer,
      carries,
      slices,
      stacks,
    });
    return [...carries, ...stacks].map(({ result }) => result);
  }

  /** Bodies compute constants themselves, and read all else from memory. */
  private keep(value: Value): void {
    if (!value.isConstant) this.stored.add(value);
  }
}
