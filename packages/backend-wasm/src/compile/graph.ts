import {
  kernelName,
  sameShape,
  type DType,
  type Operation,
  type Params,
  type Program,
  type TensorType,
} from "@nn/core";
import { kernels } from "../kernels/index.ts";
import { elementwise } from "./operations.ts";
import { products } from "./product.ts";
import { isMatrix, isPacked, rowMajor, transformed, type View } from "./view.ts";

/**
 * What a node is to the compiler: a step of a loop, a reduction, a product with an epilogue, a kernel of its own, or a
 * loop over a body.
 */
export type NodeKind = "step" | "reduction" | "product" | "kernel" | "scan";

/** An operation that computes something. What only looks at data differently has become a view. */
export interface Node {
  readonly kind: NodeKind;
  readonly name: string;
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  readonly params: Params;
  readonly path: string;
}

/** How a value is found: as elements of one that is in memory (its root), by counting, or as a number. */
type Source =
  | { readonly kind: "memory"; readonly root: number; readonly view: View }
  | { readonly kind: "count"; readonly view: View }
  | { readonly kind: "number"; readonly number: number };

/** A program whose views are resolved. */
export interface Graph {
  readonly inputs: readonly number[];
  readonly nodes: readonly Node[];
  readonly outputs: readonly number[];
  /** By number of the value. */
  readonly types: readonly TensorType[];
  readonly sources: readonly Source[];
}

const reductions = ["sum", "max", "min"];

/** Names of primitives that become views, numbers or counts. */
const views = ["reshape", "broadcastTo", "transpose", "slice", "reverse", "full", "iota"];

/** Whether the graph takes an operation as it is, so that it need not be lowered. */
export function isSupported(name: string, { params }: Operation): boolean {
  return (
    name === "scan" ||
    Object.hasOwn(elementwise, name) ||
    reductions.includes(name) ||
    views.includes(name) ||
    (Object.hasOwn(products, name) && products[name]!.supports(params)) ||
    Object.hasOwn(kernels, name)
  );
}

/**
 * Resolves what a lowered program only looks at differently. Operands of kernels and scans, and all outputs, become
 * values in memory whose elements lie one behind the other.
 */
export function graphOf(program: Program): Graph {
  const builder = new Builder(program);
  for (const operation of program.operations) builder.add(operation);
  return builder.finish();
}

/** A value that consists of others, side by side along an axis, with zeros between them. */
interface Assembled {
  readonly axis: number;
  readonly parts: readonly { readonly start: number; readonly id: number }[];
  readonly path: string;
}

class Builder {
  private readonly program: Program;
  private readonly types: TensorType[];
  private readonly sources: Source[] = [];
  private readonly nodes: Node[] = [];
  private readonly copies = new Map<number, number>();
  /** By value: how it is made of another one by turning axes, should it have to be in memory. */
  private readonly turned = new Map<number, Omit<Node, "outputs">>();
  /** Values that are put together only when something reads them. */
  private readonly assembled = new Map<number, Assembled>();
  /** By the value under it: the result of `relu`, whose sign is the same. */
  private readonly rectified = new Map<number, number>();

  constructor(program: Program) {
    this.program = program;
    this.types = [...program.types];
    for (const id of program.inputs) this.store(id);
  }

  add(operation: Operation): void {
    const name = kernelName(operation.primitive);
    const { inputs, outputs, params, path } = operation;
    const [result] = outputs;
    const parts = this.assembledOf(name, operation);
    if (parts) {
      this.assembled.set(result!, parts);
      return;
    }
    for (const id of inputs) this.assemble(id);
    if (views.includes(name)) {
      this.sources[result!] = this.viewOf(name, operation);
      return;
    }
    const push = (kind: NodeKind, operands: readonly number[]): void => {
      this.nodes.push({ kind, name, inputs: operands, outputs, params, path });
      for (const id of outputs) this.store(id);
    };
    if (Object.hasOwn(elementwise, name)) {
      if (name === "relu") this.rectified.set(inputs[0]!, result!);
      push("step", name === "less" ? [inputs[0]!, this.sameSign(inputs)] : inputs);
    } else if (reductions.includes(name)) push("reduction", inputs);
    else if (Object.hasOwn(products, name))
      push(
        "product",
        inputs.map((id) => (products[name]!.takesMatrices ? this.matrix(id) : this.packed(id))),
      );
    else
      push(
        name === "scan" ? "scan" : "kernel",
        inputs.map((id) => this.packed(id)),
      );
  }

  finish(): Graph {
    const { inputs } = this.program;
    const taken = new Set(inputs);
    const outputs = this.program.outputs.map((id) => {
      this.assemble(id);
      const source = this.sources[id]!;
      const isOwn = source.kind === "memory" && source.root === id && !taken.has(id);
      const own = isOwn ? id : this.newCopy(id);
      taken.add(own);
      return own;
    });
    const { nodes, types, sources } = this;
    return { inputs, nodes, outputs, types, sources };
  }

  /**
   * What zeros around a value, or the sum of two such values that do not overlap, consist of. Gradients of slices are
   * such sums.
   */
  private assembledOf(
    name: string,
    { inputs, outputs, params, path }: Operation,
  ): Assembled | undefined {
    const own = this.types[outputs[0]!]!;
    if (name === "pad" && Object.is(params["value"], 0)) {
      const { shape } = this.types[inputs[0]!]!;
      const [axis, ...others] = shape.flatMap((length, at) =>
        length < own.shape[at]! ? [at] : [],
      );
      if (axis === undefined || others.length > 0) return undefined;
      const start = (params["low"] as number[])[axis]!;
      return { axis, parts: [{ start, id: inputs[0]! }], path };
    }
    const [a, b] = inputs.map((id) => this.assembled.get(id));
    if (name !== "add" || a?.axis === undefined || a.axis !== b?.axis) return undefined;
    const { axis } = a;
    if (inputs.some((id) => !sameShape(this.types[id]!.shape, own.shape))) return undefined;
    const parts = [...a.parts, ...b.parts].toSorted((x, y) => x.start - y.start);
    const isApart = parts.every(
      ({ start }, i) => i === 0 || this.endOf(parts[i - 1]!, axis) <= start,
    );
    return isApart ? { axis, parts, path } : undefined;
  }

  private endOf({ start, id }: Assembled["parts"][number], axis: number): number {
    return start + this.types[id]!.shape[axis]!;
  }

  /** Puts a value together, if it is not there yet. */
  private assemble(id: number): void {
    const found = this.assembled.get(id);
    if (!found) return;
    this.assembled.delete(id);
    const { axis, parts, path } = found;
    const { shape, dtype } = this.types[id]!;
    const pieces: number[] = [];
    const fill = (from: number, to: number): void => {
      if (from === to) return;
      const zeros = this.types.push({ shape: shape.with(axis, to - from), dtype }) - 1;
      this.sources[zeros] = { kind: "number", number: 0 };
      pieces.push(zeros);
    };
    let end = 0;
    for (const part of parts) {
      fill(end, part.start);
      this.assemble(part.id);
      pieces.push(part.id);
      end = this.endOf(part, axis);
    }
    fill(end, shape[axis]!);
    this.nodes.push({
      kind: "kernel",
      name: "concat",
      inputs: pieces.map((piece) => this.packed(piece)),
      outputs: [id],
      params: { axis },
      path,
    });
    this.store(id);
  }

  /** For `0 < x` where the relu of x is there as well: that one, so that x need not be kept. */
  private sameSign([zero, x]: readonly number[]): number {
    const source = this.sources[zero!]!;
    const positive = this.rectified.get(x!);
    return source.kind === "number" && source.number === 0 && positive !== undefined
      ? positive
      : x!;
  }

  private store(id: number): void {
    const view = { offset: 0, strides: rowMajor(this.types[id]!.shape) };
    this.sources[id] = { kind: "memory", root: id, view };
  }

  private viewOf(name: string, { inputs, outputs, params, path }: Operation): Source {
    const { shape, dtype } = this.types[outputs[0]!]!;
    if (name === "full") return { kind: "number", number: rounded(params["value"], dtype) };
    if (name === "iota") return { kind: "count", view: { offset: 0, strides: [1] } };
    const [id] = inputs;
    const source = this.sources[id!]!;
    if (source.kind === "number") return source;
    const from = this.types[id!]!.shape;
    const view = transformed(name, source.view, from, shape, params);
    if (name === "transpose" && source.kind === "memory" && isPacked(source.view, from))
      this.turned.set(outputs[0]!, { kind: "kernel", name, inputs: [id!], params, path });
    if (view) return { ...source, view };
    const copied = this.copy(id!);
    return { kind: "memory", root: copied, view: { offset: 0, strides: rowMajor(shape) } };
  }

  /** A value with the same elements that is in memory, one behind the other. */
  private packed(id: number): number {
    const source = this.sources[id]!;
    if (source.kind !== "memory") return this.copy(id);
    const { shape } = this.types[id]!;
    return isPacked(source.view, shape) ? id : this.copy(id);
  }

  /** A value that a product can read. */
  private matrix(id: number): number {
    const source = this.sources[id]!;
    const { shape } = this.types[id]!;
    return source.kind === "memory" && isMatrix(source.view, shape) ? id : this.copy(id);
  }

  private copy(id: number): number {
    let copied = this.copies.get(id);
    if (copied === undefined) this.copies.set(id, (copied = this.newCopy(id)));
    return copied;
  }

  private newCopy(id: number): number {
    const copied = this.types.push(this.types[id]!) - 1;
    const plain = { kind: "step", name: "copy", inputs: [id], params: {}, path: "" } as const;
    this.nodes.push({ ...(this.turned.get(id) ?? plain), outputs: [copied] });
    this.store(copied);
    return copied;
  }
}

/** The number that a constant holds in its dtype. */
function rounded(value: unknown, dtype: DType): number {
  const number = Number(value);
  return dtype === "f32" ? Math.fround(number) : number;
}
