import { apply } from "../engine/apply.ts";
import { clean } from "../engine/clean.ts";
import { KERNEL_CONTRACT } from "../engine/contract.ts";
import { sameType, showType } from "../engine/dtype.ts";
import { check } from "../engine/errors.ts";
import { sliceType, stackType, typesOf } from "../engine/program.ts";
import type { Traced } from "../engine/trace.ts";
import { traceFunction, type TracedFunction } from "../engine/transforms.ts";
import { flatten } from "../engine/tree.ts";
import type { Primitive } from "../interfaces/primitive.ts";
import type { Program } from "../interfaces/program.ts";
import type { Tensor, Tree } from "../interfaces/tensor.ts";
import { zerosLike } from "./constant.ts";

/**
 * Inputs: what the body captures, the carry, the stacked xs; outputs: the last carry, the stacked ys. The body takes
 * the captured values, carry and one slice of each xs, and returns the next carry and one slice of each ys. Step i
 * reads and writes slice i, or `length - 1 - i` where `reverse` is set.
 */
export type ScanParams = {
  readonly body: Program;
  readonly captured: number;
  readonly carry: number;
  readonly length: number;
  readonly reverse: boolean;
};

/** How a loop runs: from the last slice to the first where `reverse` is set, and how often where there are no slices. */
export interface LoopOptions {
  readonly length?: number;
  readonly reverse?: boolean;
}

/** To backends, the same as `scan`. */
export const loopPrimitive: Primitive<ScanParams> = {
  name: "scan",
  contract: KERNEL_CONTRACT,
  type: (_, { body, carry, length }) =>
    typesOf(body, body.outputs).map((type, i) => (i < carry ? type : stackType(type, length))),
};

/**
 * `scan` without a gradient and without a batching rule, for loops that no transform reaches, such as the steps of a
 * training run: bundles that have no other loop do without these rules. `gradient` and `vectorize` refuse it.
 */
export function loop<C extends Tree, X extends Tree, Y extends Tree>(
  body: (carry: C, x: X) => readonly [C, Y],
  initial: C,
  xs: X,
  options: LoopOptions = {},
): [C, Y] {
  const { traced, carry, slices, ...rest } = traceLoop("loop", body, initial, xs, options);
  const { operands, params } = assemble(traced, carry, slices, rest);
  return traced.result.rebuild(apply(loopPrimitive, operands, params)) as [C, Y];
}

/** Operands and params of a loop around a traced body, whose explicit inputs are carry and slices. */
export function assemble(
  { program, captured }: Traced,
  carry: readonly Tensor[],
  slices: readonly Tensor[],
  options: Required<LoopOptions>,
): { readonly operands: readonly Tensor[]; readonly params: ScanParams } {
  const explicit = carry.length + slices.length;
  const inputs = [...program.inputs.slice(explicit), ...program.inputs.slice(0, explicit)];
  return {
    operands: [...captured, ...carry, ...slices],
    params: {
      body: clean({ ...program, inputs }),
      captured: captured.length,
      carry: carry.length,
      ...options,
    },
  };
}

/** The body of a loop, traced with one slice of each xs; its explicit inputs are carry and slices. */
export function traceLoop(
  name: string,
  body: (carry: never, x: never) => Tree,
  initial: Tree,
  xs: Tree,
  options: LoopOptions,
): Required<LoopOptions> & {
  readonly traced: TracedFunction;
  readonly carry: readonly Tensor[];
  readonly slices: readonly Tensor[];
} {
  const start = flatten(initial, `${name}: the initial carry`);
  const slices = flatten(xs, `${name}: xs`);
  const { reverse = false, length = slices.leaves[0]?.shape[0] } = options;
  check(
    length !== undefined && Number.isInteger(length) && length >= 0,
    () => `${name}: without xs, pass { length }, a whole number from 0; got ${length}`,
  );
  const first = slices.leaves.map((leaf, i) => {
    check(
      leaf.shape[0] === length,
      () =>
        `${name}: xs '${slices.paths[i]}' is ${showType(leaf)}, expected ${length} slices along axis 0`,
    );
    return zerosLike(sliceType(leaf));
  });
  const traced = traceFunction(body, [initial as never, slices.rebuild(first) as never]);
  const { types, outputs } = traced.program;
  check(
    traced.result.form.startsWith(`[${start.form},`),
    () => `${name}: the body must return [carry, y], with a carry of the form that it was given`,
  );
  start.leaves.forEach((leaf, i) => {
    const after = types[outputs[i]!]!;
    const path = start.paths[i];
    check(
      sameType(leaf, after),
      () =>
        `${name}: carry${path && ` '${path}'`} goes in as ${showType(leaf)} and comes out as ${showType(after)}`,
    );
  });
  return { traced, carry: start.leaves, slices: slices.leaves, length, reverse };
}
