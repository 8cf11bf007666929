import type { Buffer, Executable } from "../interfaces/backend.ts";
import type { Params } from "../interfaces/primitive.ts";
import type { Operation, Program } from "../interfaces/program.ts";
import type { TensorType, TypedArray } from "../interfaces/tensor.ts";
import type { ScanParams } from "../ops/scan.ts";
import { allocate, sizeOf } from "./dtype.ts";
import { TensorError } from "./errors.ts";
import { kernelName } from "./key.ts";
import { lower } from "./lower.ts";

/** What a kernel is told, and the types that its results must have. */
export interface KernelCall<B = Buffer> {
  readonly inputs: readonly B[];
  readonly inputTypes: readonly TensorType[];
  readonly outputTypes: readonly TensorType[];
  readonly params: Params;
}

/**
 * Computes the results of one primitive. A result is a new buffer, or an input itself where the data is the same (as
 * for `reshape`). Buffers must be objects, so that they can be told apart, and not arrays.
 */
export type Kernel<B extends object> = (call: KernelCall<B>) => B | readonly B[];

/** Kernels by primitive name (`add`, or `@acme/shapes#hull`; `name@2` from a primitive's second version on). */
export type Kernels<B extends object> = { readonly [name: string]: Kernel<B> };

/** What `interpret` needs of a device besides kernels. */
export interface KernelHost<B extends object> {
  upload(data: TypedArray, type: TensorType): B;
  /** The same value under a handle of its own; it may share memory as long as each handle is released on its own. */
  copy(buffer: B): B;
  /** Called once for every buffer that is not needed any more. Without it, they are left to the garbage collector. */
  release?(buffer: B): void;
}

/**
 * Makes the `compile` of a backend from a table of kernels. Primitives without a kernel are lowered; `full` and `iota`
 * are made on the host and uploaded once, and `scan` runs its body step by step through `slice`, `reshape` and
 * `concat`, so that a backend needs kernels for the rest of the basis only.
 */
export function interpret<B extends object>(
  kernels: Kernels<B>,
  host: KernelHost<B>,
): (program: Program) => Executable {
  const supports = (name: string): boolean =>
    name in kernels || name === "full" || name === "iota" || name === "scan";
  return (program) => {
    const lowered = lower(program, supports);
    const constants = new Map<Operation, B>();
    return {
      run(inputs, donated = []) {
        const given = inputs as readonly B[];
        const run = new Run(kernels, host, constants, given);
        const outputs = run.program(lowered, given).map((buffer, i, all) => {
          const isShared = run.pinned.has(buffer) || all.indexOf(buffer) < i;
          return isShared ? host.copy(buffer) : buffer;
        });
        for (const i of donated) host.release?.(given[i]!);
        return outputs;
      },
      release() {
        for (const buffer of constants.values()) host.release?.(buffer);
        constants.clear();
      },
    };
  };
}

/** One run. Every buffer that a method returns is the caller's, who drops it when it is not needed any more. */
class Run<B extends object> {
  /** Inputs and constants, which outlive the run. */
  readonly pinned: Set<B>;
  private readonly kernels: Kernels<B>;
  private readonly host: KernelHost<B>;
  private readonly constants: Map<Operation, B>;
  private readonly owners = new Map<B, number>();

  constructor(
    kernels: Kernels<B>,
    host: KernelHost<B>,
    constants: Map<Operation, B>,
    inputs: readonly B[],
  ) {
    this.kernels = kernels;
    this.host = host;
    this.constants = constants;
    this.pinned = new Set([...inputs, ...constants.values()]);
  }

  program(program: Program, inputs: readonly B[]): B[] {
    const { operations, outputs, types } = program;
    const values: B[] = [];
    const lastUse: number[] = [];
    operations.forEach((operation, at) => operation.inputs.forEach((id) => (lastUse[id] = at)));
    for (const id of outputs) lastUse[id] = Infinity;
    program.inputs.forEach((id, i) => (values[id] = this.own(inputs[i]!)));
    operations.forEach((operation, at) => {
      const operands = operation.inputs.map((id) => values[id]!);
      this.operation(operation, operands, types).forEach((buffer, i) => {
        values[operation.outputs[i]!] = buffer;
        if (lastUse[operation.outputs[i]!] === undefined) this.drop(buffer);
      });
      for (const id of new Set(operation.inputs)) if (lastUse[id] === at) this.drop(values[id]!);
    });
    for (const id of program.inputs) if (lastUse[id] === undefined) this.drop(values[id]!);
    return outputs.map((id, i) => (outputs.indexOf(id) < i ? this.own(values[id]!) : values[id]!));
  }

  private operation(
    operation: Operation,
    inputs: readonly B[],
    types: readonly TensorType[],
  ): readonly B[] {
    const { params } = operation;
    const name = kernelName(operation.primitive);
    const inputTypes = operation.inputs.map((id) => types[id]!);
    const outputTypes = operation.outputs.map((id) => types[id]!);
    if (name in this.kernels) return this.kernel(name, { inputs, inputTypes, outputTypes, params });
    if (name === "scan") return this.scan(params as ScanParams, inputs, inputTypes, outputTypes);
    let constant = this.constants.get(operation);
    if (!constant) {
      constant = this.host.upload(hostConstant(params, outputTypes[0]!), outputTypes[0]!);
      this.constants.set(operation, constant);
      this.pinned.add(constant);
    }
    return [constant];
  }

  private scan(
    { body, captured, carry, length, reverse }: ScanParams,
    inputs: readonly B[],
    inputTypes: readonly TensorType[],
    outputTypes: readonly TensorType[],
  ): readonly B[] {
    const shared = inputs.slice(0, captured);
    const first = captured + carry;
    const rows = outputTypes.slice(carry).map((): B[] => []);
    let carried = inputs.slice(captured, first).map((buffer) => this.own(buffer));
    for (let step = 0; step < length; step++) {
      const at = reverse ? length - 1 - step : step;
      const slices = inputs.slice(first).map((x, i) => this.slice(x, inputTypes[first + i]!, at));
      const results = this.program(body, [...shared, ...carried, ...slices]);
      for (const buffer of [...carried, ...slices]) this.drop(buffer);
      carried = results.slice(0, carry);
      results.slice(carry).forEach((y, i) => {
        const type = body.types[body.outputs[carry + i]!]!;
        rows[i]!.push(this.reshape(y, type, [1, ...type.shape]));
      });
    }
    const stacked = rows.map((pieces, i) => {
      const type = outputTypes[carry + i]!;
      if (pieces.length === 0) return this.own(this.host.upload(allocate(type.dtype, 0), type));
      const row = { shape: [1, ...type.shape.slice(1)], dtype: type.dtype };
      const [stack] = this.kernel("concat", {
        inputs: reverse ? pieces.toReversed() : pieces,
        inputTypes: pieces.map(() => row),
        outputTypes: [type],
        params: { axis: 0 },
      });
      for (const piece of pieces) this.drop(piece);
      return stack!;
    });
    return [...carried, ...stacked];
  }

  private slice(x: B, { shape, dtype }: TensorType, at: number): B {
    const sizes = [1, ...shape.slice(1)];
    const row = { shape: sizes, dtype };
    const [slice] = this.kernel("slice", {
      inputs: [x],
      inputTypes: [{ shape, dtype }],
      outputTypes: [row],
      params: { starts: [at, ...shape.slice(1).map(() => 0)], sizes },
    });
    return this.reshape(slice!, row, shape.slice(1));
  }

  /** The same data in another shape; takes the buffer over. */
  private reshape(x: B, type: TensorType, shape: readonly number[]): B {
    const outputTypes = [{ shape, dtype: type.dtype }];
    const [result] = this.kernel("reshape", {
      inputs: [x],
      inputTypes: [type],
      outputTypes,
      params: { shape },
    });
    this.drop(x);
    return result!;
  }

  private kernel(name: string, call: KernelCall<B>): readonly B[] {
    const kernel = this.kernels[name];
    if (!kernel)
      throw new TensorError(`interpret: scan needs a kernel for ${name}; add it to the table`);
    const result = kernel(call);
    const buffers = Array.isArray(result) ? (result as readonly B[]) : [result as B];
    for (const buffer of buffers) this.own(buffer);
    return buffers;
  }

  private own(buffer: B): B {
    if (!this.pinned.has(buffer)) this.owners.set(buffer, (this.owners.get(buffer) ?? 0) + 1);
    return buffer;
  }

  private drop(buffer: B): void {
    if (this.pinned.has(buffer)) return;
    const owners = this.owners.get(buffer)! - 1;
    this.owners.set(buffer, owners);
    if (owners > 0) return;
    this.owners.delete(buffer);
    this.host.release?.(buffer);
  }
}

/** The data of `full` and `iota`. */
function hostConstant({ value }: Params, { shape, dtype }: TensorType): TypedArray {
  const data = allocate(dtype, sizeOf(shape));
  if (value !== undefined) return data.fill(value as number);
  for (let i = 0; i < data.length; i++) data[i] = i;
  return data;
}
