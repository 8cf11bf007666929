import type { Buffer, Executable } from "../interfaces/backend.ts";
import type { Params } from "../interfaces/primitive.ts";
import type { Operation, Program } from "../interfaces/program.ts";
import type { TensorType, TypedArray } from "../interfaces/tensor.ts";
import type { ScanParams } from "../ops/loop.ts";
import { allocate, constantData } from "./dtype.ts";
import { check, TensorError } from "./errors.ts";
import { kernelName } from "./key.ts";
import { lower } from "./lower.ts";
import { lastUses, sliceType, stackType, typesOf } from "./program.ts";

/** What a kernel is told, and the types that its results must have. */
export interface KernelCall<B = Buffer> {
  readonly inputs: readonly B[];
  readonly inputTypes: readonly TensorType[];
  readonly outputTypes: readonly TensorType[];
  readonly params: Params;
  /** The layer path of the operation, for errors that a device reports late. */
  readonly path: string;
}

/**
 * Computes the results of one primitive. A result is a new buffer, or an input itself where the data is the same (as
 * for `reshape`): `interpret` then makes another handle of it with `KernelHost.copy`. Buffers must be objects, so that
 * they can be told apart, and not arrays.
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
    Object.hasOwn(kernels, name) || ["full", "iota", "scan"].includes(name);
  return (program) => {
    const lowered = lower(program, supports);
    const constants = new Map<Operation, B>();
    return {
      run(inputs, donated = []) {
        const given = inputs as readonly B[];
        const outputs = runOnce(kernels, host, constants, lowered, given);
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

/** Every buffer that one of the functions inside returns is the caller's, who drops it when it is done with it. */
function runOnce<B extends object>(
  kernels: Kernels<B>,
  host: KernelHost<B>,
  constants: Map<Operation, B>,
  program: Program,
  given: readonly B[],
): B[] {
  /** What is to be released, each buffer by one owner; inputs and constants outlive the run. */
  const owned = new Set<B>();

  const own = (buffer: B): B => {
    owned.add(buffer);
    return buffer;
  };

  const copy = (buffer: B): B => own(host.copy(buffer));

  const drop = (buffer: B): void => {
    if (owned.delete(buffer)) host.release?.(buffer);
  };

  const runKernel = (name: string, call: KernelCall<B>): readonly B[] => {
    const kernel = kernels[name];
    check(kernel, () => `interpret: scan needs a kernel for ${name}; add it to the table`);
    const results = [kernel(call)].flat() as B[];
    return results.map((result) =>
      own(call.inputs.includes(result) || owned.has(result) ? host.copy(result) : result),
    );
  };

  /** Moves elements around, between the steps of a loop. */
  const move = (
    name: string,
    params: Params,
    inputs: readonly B[],
    inputTypes: readonly TensorType[],
    type: TensorType,
  ): B => runKernel(name, { inputs, inputTypes, outputTypes: [type], params, path: "" })[0]!;

  /** The same data in another shape, in place of the operand. */
  const reshape = (x: B, from: TensorType, to: TensorType): B => {
    const result = move("reshape", { shape: to.shape }, [x], [from], to);
    drop(x);
    return result;
  };

  const runScan = (
    { body, captured, carry, length, reverse }: ScanParams,
    { inputs, inputTypes, outputTypes }: KernelCall<B>,
  ): readonly B[] => {
    const first = captured + carry;
    const rows = outputTypes.slice(carry).map((): B[] => []);
    let carried = inputs.slice(captured, first).map(copy);
    for (let step = 0; step < length; step++) {
      const at = reverse ? length - 1 - step : step;
      const slices = inputs.slice(first).map((x, i) => {
        const type = inputTypes[first + i]!;
        const to = sliceType(type);
        const row = stackType(to, 1);
        const params = { starts: [at, ...to.shape.map(() => 0)], sizes: row.shape };
        return reshape(move("slice", params, [x], [type], row), row, to);
      });
      const results = runProgram(body, [...inputs.slice(0, captured), ...carried, ...slices]);
      for (const buffer of [...carried, ...slices]) drop(buffer);
      carried = results.slice(0, carry);
      results.slice(carry).forEach((y, i) => {
        const type = body.types[body.outputs[carry + i]!]!;
        rows[i]!.push(reshape(y, type, stackType(type, 1)));
      });
    }
    const stacked = rows.map((pieces, i) => {
      const type = outputTypes[carry + i]!;
      if (length === 0) return own(host.upload(allocate(type.dtype, 0), type));
      const types = pieces.map(() => stackType(sliceType(type), 1));
      const ordered = reverse ? pieces.toReversed() : pieces;
      const stack = move("concat", { axis: 0 }, ordered, types, type);
      pieces.forEach(drop);
      return stack;
    });
    return [...carried, ...stacked];
  };

  const runOperation = (operation: Operation, call: KernelCall<B>): readonly B[] => {
    const name = kernelName(operation.primitive);
    if (Object.hasOwn(kernels, name))
      try {
        return runKernel(name, call);
      } catch (error) {
        const place = call.path && ` in '${call.path}'`;
        throw new TensorError(`${name}${place}: ${(error as Error).message}`, { cause: error });
      }
    if (name === "scan") return runScan(operation.params as ScanParams, call);
    let constant = constants.get(operation);
    if (!constant) {
      const type = call.outputTypes[0]!;
      constant = host.upload(constantData(operation.params, type), type);
      constants.set(operation, constant);
    }
    return [constant];
  };

  const runProgram = (body: Program, inputs: readonly B[]): B[] => {
    const { operations, outputs } = body;
    const values: B[] = [];
    const lastUse = lastUses(body);
    body.inputs.forEach((id, i) => {
      values[id] = inputs[i]!;
      lastUse[id] = Infinity;
    });
    operations.forEach((operation, at) => {
      const call = {
        inputs: operation.inputs.map((id) => values[id]!),
        inputTypes: typesOf(body, operation.inputs),
        outputTypes: typesOf(body, operation.outputs),
        params: operation.params,
        path: operation.path,
      };
      runOperation(operation, call).forEach(
        (buffer, i) => (values[operation.outputs[i]!] = buffer),
      );
      for (const id of new Set([...operation.inputs, ...operation.outputs]))
        if ((lastUse[id] ?? at) === at) drop(values[id]!);
    });
    return outputs.map((id, i) => {
      const buffer = values[id]!;
      const isFree = owned.has(buffer) && !inputs.includes(buffer) && outputs.indexOf(id) === i;
      return isFree ? buffer : copy(buffer);
    });
  };

  try {
    const outputs = runProgram(program, given);
    outputs.forEach((buffer) => owned.delete(buffer));
    return outputs;
  } catch (error) {
    owned.forEach(drop);
    throw error;
  }
}
