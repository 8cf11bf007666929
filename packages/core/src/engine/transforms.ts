import type { Program } from "../interfaces/program.ts";
import type { Tensor, TensorType, Tree } from "../interfaces/tensor.ts";
import { ones, zerosLike } from "../ops/constant.ts";
import { identityMatrix } from "../ops/composed.ts";
import { reshape, transpose } from "../ops/shape.ts";
import { clean } from "./clean.ts";
import { isFloat, showType } from "./dtype.ts";
import { check } from "./errors.ts";
import { pullback } from "./gradient.ts";
import { call } from "./replay.ts";
import { traceFlat, typeOf, type Traced } from "./trace.ts";
import { flatten, type FlatTree } from "./tree.ts";
import { batch, withBatch } from "./vectorize.ts";

/** A function of trees of tensors, as transforms take and return them. */
export type TensorFunction<A extends Tree[], R extends Tree> = (...args: A) => R;

/** A traced function: its program, the tensors behind the program's hidden inputs, and the form of its result. */
export interface TracedFunction extends Traced {
  readonly result: FlatTree;
}

/** Traces `fn` for arguments of these types; the arguments' values play no part. */
export function traceFunction<A extends Tree[]>(fn: (...args: A) => Tree, args: A): TracedFunction {
  const name = fn.name || "an anonymous function";
  const given = flatten(args, name);
  let result: FlatTree | undefined;
  const traced = traceFlat(
    name,
    (inputs) => {
      const value = fn(...(given.rebuild(inputs) as unknown as A));
      if (value instanceof Promise) return value as never;
      result = flatten(value, `the result of ${name}`);
      return result.leaves;
    },
    given.leaves.map(typeOf),
  );
  return { program: clean(traced.program), captured: traced.captured, result: result! };
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
  options: JitOptions = {},
): TensorFunction<A, R> {
  const known = new Map<string, TracedFunction>();
  const name = fn.name || "an anonymous function";
  return (...args) => {
    const { form, leaves } = flatten(args, name);
    const key = form + leaves.map(showType).join();
    let traced = known.get(key);
    if (!traced) {
      if (known.size >= 64) known.delete(known.keys().next().value!);
      known.set(key, (traced = traceFunction(fn, args)));
    }
    let first = 0;
    const donated = args.flatMap((arg, i) => {
      const count = flatten(arg).leaves.length;
      const positions = Array.from({ length: count }, (_, leaf) => first + leaf);
      first += count;
      return options.donate?.includes(i) ? positions : [];
    });
    return traced.result.rebuild(
      call(traced.program, [...leaves, ...traced.captured], name, donated),
    ) as R;
  };
}

/** Runs what `build` records for these inputs as one program, or records it where they are being traced already. */
function asProgram(
  name: string,
  inputs: readonly Tensor[],
  build: (inputs: Tensor[]) => readonly Tensor[],
): readonly Tensor[] {
  const { program, captured } = traceFlat(name, build, inputs.map(typeOf));
  return call(clean(program), [...inputs, ...captured], name);
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
  const name = `the gradient of ${fn.name || "an anonymous function"}`;
  return (...args) => {
    const parameters = flatten(args[0], name);
    const given = flatten(args, name);
    let result: FlatTree | undefined;
    const outputs = asProgram(name, given.leaves, (inputs) => {
      const traced = traceFunction(fn, given.rebuild(inputs) as unknown as [P, ...A]);
      result = traced.result;
      const needed = [...inputs, ...traced.captured].map((_, i) => i < parameters.leaves.length);
      const { outputs: values, back } = pullback(
        traced.program,
        [...inputs, ...traced.captured],
        needed,
      );
      const [value] = values;
      check(
        value && value.shape.length === 0 && isFloat(value.dtype),
        () =>
          `${name}: the value to differentiate must be a float scalar, got ${value ? showType(value) : "nothing"}; ` +
          "take its mean() or sum(), or use jacobian()",
      );
      for (const [i, leaf] of parameters.leaves.entries())
        check(
          isFloat(leaf.dtype),
          () =>
            `${name}: cannot differentiate with respect to '${parameters.paths[i]}', which is ${showType(leaf)}`,
        );
      const cotangents = back([ones([], value.dtype)]);
      return [...values, ...parameters.leaves.map((leaf, i) => cotangents[i] ?? zerosLike(leaf))];
    });
    const count = result!.leaves.length;
    return [
      result!.rebuild(outputs.slice(0, count)) as R,
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
 * that `axes` names for it, or is shared by all examples where that is `null`; results carry it on axis 0.
 *
 * ```ts
 * const perExample = vectorize(gradient(loss), { axes: [null, 0, 0] }); // one gradient for every row of x and y
 * ```
 */
export function vectorize<A extends Tree[], R extends Tree>(
  fn: TensorFunction<A, R>,
  options: { axes?: readonly (number | null)[] } = {},
): TensorFunction<A, R> {
  const name = `vectorize of ${fn.name || "an anonymous function"}`;
  return (...args) => {
    let size: number | undefined;
    const given = flatten(args, name);
    const axes = args.flatMap((arg, i) =>
      flatten(arg).leaves.map(() => (options.axes?.[i] === undefined ? 0 : options.axes[i])),
    );
    const singles = given.leaves.map(({ shape, dtype }, i): TensorType => {
      const axis = axes[i]!;
      if (axis === null) return { shape, dtype };
      check(
        axis >= 0 && axis < shape.length,
        () => `${name}: '${given.paths[i]}' has no axis ${axis}, its shape is [${shape}]`,
      );
      size ??= shape[axis]!;
      check(
        size === shape[axis],
        () => `${name}: '${given.paths[i]}' has a batch of ${shape[axis]}, others of ${size}`,
      );
      return { shape: shape.filter((_, a) => a !== axis), dtype };
    });
    check(size !== undefined, () => `${name}: no argument carries the batch; give one an axis`);
    const batchSize = size;
    const placeholders = given.rebuild(singles.map((type) => zerosLike(type))) as unknown as A;
    const { program, captured, result } = traceFunction(fn, placeholders);
    const outputs = asProgram(name, given.leaves, (inputs) => {
      const lanes = [
        ...inputs.map((tensor, i) => {
          const axis = axes[i]!;
          const order = tensor.shape.map((_, a) => a).filter((a) => a !== axis);
          return axis
            ? { tensor: transpose(tensor, [axis, ...order]), batched: true }
            : { tensor, batched: axis === 0 };
        }),
        ...captured.map((tensor) => ({ tensor, batched: false })),
      ];
      return batch(program, lanes, batchSize).map((lane) =>
        withBatch(lane.tensor, lane.batched, batchSize),
      );
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
  const name = `the Jacobian of ${fn.name || "an anonymous function"}`;
  return (...args) => {
    const parameters = flatten(args[0], name);
    const given = flatten(args, name);
    const outputs = asProgram(name, given.leaves, (inputs) => {
      const { program, captured } = traceFunction(
        fn,
        given.rebuild(inputs) as unknown as [P, ...A],
      );
      const operands = [...inputs, ...captured];
      const way = pullback(
        program,
        operands,
        operands.map((_, i) => i < parameters.leaves.length),
      );
      const value = way.outputs[0]!;
      check(
        way.outputs.length === 1 && isFloat(value.dtype),
        () => `${name}: the function must return one float tensor`,
      );
      const backward = traceFlat(
        name,
        ([cotangent]) =>
          way
            .back([cotangent])
            .slice(0, parameters.leaves.length)
            .map((c, i) => c ?? zerosLike(parameters.leaves[i]!)),
        [value],
      );
      const basis = reshape(identityMatrix(value.size, value.dtype), [value.size, ...value.shape]);
      const lanes = [basis, ...backward.captured].map((tensor, i) => ({
        tensor,
        batched: i === 0,
      }));
      return batch(backward.program, lanes, value.size).map(({ tensor, batched }, i) =>
        reshape(withBatch(tensor, batched, value.size), [
          ...value.shape,
          ...parameters.leaves[i]!.shape,
        ]),
      );
    });
    return parameters.rebuild(outputs) as P;
  };
}
