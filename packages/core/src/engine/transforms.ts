import type { Program } from "../interfaces/program.ts";
import type { Tensor, Tree } from "../interfaces/tensor.ts";
import { ones, zeros, zerosLike } from "../ops/constant.ts";
import { identityMatrix } from "../ops/composed.ts";
import { moveAxes, normalizeAxis, reshape } from "../ops/shape.ts";
import { makeCache } from "./cache.ts";
import { clean } from "./clean.ts";
import { isFloat, showType } from "./dtype.ts";
import { check } from "./errors.ts";
import { pullback, withZeros } from "./gradient.ts";
import { call } from "./replay.ts";
import { traceFlat, type Traced } from "./trace.ts";
import { flatten, type FlatTree } from "./tree.ts";
import { batch } from "./vectorize.ts";

/** A function of trees of tensors, as transforms take and return them. */
export type TensorFunction<A extends Tree[], R extends Tree> = (...args: A) => R;

/** A traced function: its program, the tensors behind the program's hidden inputs, and the form of its result. */
export interface TracedFunction extends Traced {
  readonly result: FlatTree;
}

/** Traces `fn` for arguments of these types; the arguments' values play no part. */
export function traceFunction<A extends Tree[]>(fn: (...args: A) => Tree, args: A): TracedFunction {
  const name = nameOf(fn);
  const given = flatten(args, name);
  let result: FlatTree | undefined;
  const { program, captured } = traceFlat(
    name,
    (inputs) => {
      const value = fn(...(given.rebuild(inputs) as unknown as A));
      if (value instanceof Promise) return value as never;
      result = flatten(value, `the result of ${name}`);
      return result.leaves;
    },
    given.leaves,
  );
  return { program: clean(program), captured, result: result! };
}

/**
 * The program that `fn` amounts to for arguments of these types: what a backend would be given.
 *
 * ```ts
 * print(trace((x) => tanh(mul(x, 2)), ones([3]))); // a listing, one operation a line
 * ```
 */
export function trace<A extends Tree[]>(fn: (...args: A) => Tree, ...args: A): Program {
  return traceFunction(fn, args).program;
}

/** How `jit` treats its function. */
export interface JitOptions {
  /** Positions of arguments whose memory the result may reuse; their tensors are unusable afterwards. */
  readonly donate?: readonly number[];
}

/**
 * The same function, traced once for each form and type of its arguments and run as one program. Tensors it closes
 * over are looked up when it is traced; plain numbers and everything else in it are fixed then.
 */
export function jit<A extends Tree[], R extends Tree>(
  fn: TensorFunction<A, R>,
  { donate = [] }: JitOptions = {},
): TensorFunction<A, R> {
  const cached = makeCache<TracedFunction & { readonly donated: readonly number[] }>(64);
  const name = nameOf(fn);
  return (...args) => {
    const { form, leaves } = flatten(args, name);
    const key = form + leaves.map(showType).join();
    const { program, captured, result, donated } = cached(key, () => ({
      ...traceFunction(fn, args),
      donated: positions(args).flatMap((arg, i) => (donate.includes(arg) ? [i] : [])),
    }));
    return result.rebuild(call(program, [...leaves, ...captured], name, donated)) as R;
  };
}

/**
 * A function that returns the result of `fn` together with its gradient with respect to the first argument. What is
 * differentiated is the first tensor of the result: `fn` returns a scalar, or an array that begins with one.
 *
 * ```ts
 * const [loss, slope] = valueAndGradient((w) => sum(square(w)))(tensor(backend, [1, 2])); // 5, [2, 4]
 * ```
 */
export function valueAndGradient<P extends Tree, A extends Tree[], R extends Tree>(
  fn: (parameters: P, ...rest: A) => R,
): (parameters: P, ...rest: A) => [R, P] {
  const name = `the gradient of ${nameOf(fn)}`;
  return (...args) => {
    const { outputs, result, parameters } = derive(name, fn, args, (values, back) => {
      const [value] = values;
      check(
        value && value.shape.length === 0 && isFloat(value.dtype),
        () =>
          `${name}: the value to differentiate must be a float scalar, got ${value ? showType(value) : "nothing"}; ` +
          "take its mean() or sum(), or use jacobian()",
      );
      return [...values, ...back([ones([], value.dtype)])];
    });
    const count = result.leaves.length;
    return [
      result.rebuild(outputs.slice(0, count)) as R,
      parameters.rebuild(outputs.slice(count)) as P,
    ];
  };
}

/** Like `valueAndGradient`, without the value. */
export function gradient<P extends Tree, A extends Tree[]>(
  fn: (parameters: P, ...rest: A) => Tree,
): (parameters: P, ...rest: A) => P {
  const both = valueAndGradient(fn);
  return (...args) => both(...args)[1];
}

/**
 * A function of batches from a function of single examples. Every argument carries the batch on axis 0, or on the axis
 * that `axes` names for it (from the end where negative), or is shared by all examples where that is `null`; results
 * carry it on axis 0.
 *
 * ```ts
 * const perExample = vectorize(gradient(loss), { axes: [null, 0, 0] }); // one gradient for every row of x and y
 * ```
 */
export function vectorize<A extends Tree[], R extends Tree>(
  fn: TensorFunction<A, R>,
  options: { axes?: readonly (number | null)[] } = {},
): TensorFunction<A, R> {
  const name = `vectorize of ${nameOf(fn)}`;
  return (...args) => {
    let size: number | undefined;
    const { leaves, paths, rebuild } = flatten(args, name);
    const axes = positions(args).map((arg, i) => {
      const { [arg]: axis = 0 } = options.axes ?? [];
      return axis && normalizeAxis(name, leaves[i]!, axis);
    });
    const examples = leaves.map((leaf, i) => {
      const axis = axes[i]!;
      if (axis === null) return zerosLike(leaf);
      const length = leaf.shape[axis];
      size ??= length;
      check(
        length !== undefined && length === size,
        () =>
          `${name}: '${paths[i]}' is ${showType(leaf)}, expected a batch of ${size ?? "any size"} on axis ${axis}`,
      );
      return zeros(leaf.shape.toSpliced(axis, 1), leaf.dtype);
    });
    check(size !== undefined, () => `${name}: no argument carries the batch; give one an axis`);
    const batchSize = size;
    const { program, captured, result } = traceFunction(fn, rebuild(examples) as unknown as A);
    const outputs = asProgram(name, leaves, (inputs) => {
      const operands = inputs.map((tensor, i) => {
        const axis = axes[i];
        return axis ? moveAxes(tensor, axis, 0) : tensor;
      });
      const batched = axes.map((axis) => axis !== null);
      return batch(program, [...operands, ...captured], batched, batchSize);
    });
    return result.rebuild(outputs) as R;
  };
}

/**
 * All partial derivatives of a tensor-valued function with respect to its first argument: a tree like that argument,
 * whose leaves have the shape of the result followed by that of the parameter. One backward pass, vectorized over the
 * elements of the result; for residuals of independent rows, `vectorize(gradient(residual))` costs less.
 */
export function jacobian<P extends Tree, A extends Tree[]>(
  fn: (parameters: P, ...rest: A) => Tensor,
): (parameters: P, ...rest: A) => P {
  const name = `the Jacobian of ${nameOf(fn)}`;
  return (...args) => {
    const { outputs, parameters } = derive(name, fn, args, (values, back) => {
      const [value] = values;
      check(
        value && values.length === 1 && isFloat(value.dtype),
        () => `${name}: the function must return one float tensor`,
      );
      const { size, shape, dtype } = value;
      const { program, captured } = traceFlat(name, back, [value]);
      const basis = reshape(identityMatrix(size, dtype), [size, ...shape]);
      return batch(program, [basis, ...captured], [true], size).map((rows) =>
        reshape(rows, [...shape, ...rows.shape.slice(1)]),
      );
    });
    return parameters.rebuild(outputs) as P;
  };
}

/**
 * Runs as one program what `build` makes of a traced function and of its way back to the tensors of the first argument,
 * which gives zeros for those that do not matter.
 */
function derive<A extends Tree[]>(
  name: string,
  fn: (...args: A) => Tree,
  args: A,
  build: (
    values: readonly Tensor[],
    back: (cotangents: readonly Tensor[]) => Tensor[],
  ) => readonly Tensor[],
): {
  readonly outputs: readonly Tensor[];
  readonly result: FlatTree;
  readonly parameters: FlatTree;
} {
  let result: FlatTree | undefined;
  const parameters = flatten(args[0]!, name);
  const { leaves, paths } = parameters;
  const given = flatten(args, name);
  const outputs = asProgram(name, given.leaves, (inputs) => {
    const traced = traceFunction(fn, given.rebuild(inputs) as unknown as A);
    result = traced.result;
    leaves.forEach((leaf, i) =>
      check(
        isFloat(leaf.dtype),
        () =>
          `${name}: cannot differentiate with respect to '${paths[i]}', which is ${showType(leaf)}`,
      ),
    );
    const operands = [...inputs, ...traced.captured];
    const way = pullback(
      traced.program,
      operands,
      operands.map((_, i) => i < leaves.length),
    );
    return build(way.outputs, (cotangents) => withZeros(way.back(cotangents), leaves));
  });
  return { outputs, result: result!, parameters };
}

/** Runs what `build` records for these inputs as one program, or records it where they are being traced already. */
function asProgram(
  name: string,
  inputs: readonly Tensor[],
  build: (inputs: Tensor[]) => readonly Tensor[],
): readonly Tensor[] {
  const { program, captured } = traceFlat(name, build, inputs);
  return call(clean(program), [...inputs, ...captured], name);
}

/** For every tensor of the arguments, the position of its argument. */
function positions(args: readonly Tree[]): number[] {
  return args.flatMap((arg, position) => flatten(arg).leaves.map(() => position));
}

function nameOf({ name }: { readonly name: string }): string {
  return name || "an anonymous function";
}
