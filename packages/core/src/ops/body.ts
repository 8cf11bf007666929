import { apply } from "../engine/apply.ts";
import { clean } from "../engine/clean.ts";
import { KERNEL_CONTRACT } from "../engine/contract.ts";
import { pullback, withZeros } from "../engine/gradient.ts";
import { sliceType } from "../engine/program.ts";
import { inline } from "../engine/replay.ts";
import { traceFlat } from "../engine/trace.ts";
import { traceFunction } from "../engine/transforms.ts";
import { flatten } from "../engine/tree.ts";
import { batch, withBatch } from "../engine/vectorize.ts";
import type { GradientCall, Primitive } from "../interfaces/primitive.ts";
import type { Program } from "../interfaces/program.ts";
import type { Tensor, Tree } from "../interfaces/tensor.ts";
import { define, one } from "./define.ts";

/** Params of primitives that stand for a program; lowering puts its operations in their place. */
type BodyParams = { readonly body: Program };
type Rule = (call: GradientCall<BodyParams>) => readonly (Tensor | undefined)[];

function bodyPrimitive(
  name: string,
  gradient: Rule,
  batched: (size: number) => Primitive<BodyParams>,
): Primitive<BodyParams> {
  return {
    name,
    contract: KERNEL_CONTRACT,
    type: (_, { body }) => body.outputs.map((id) => body.types[id]!),
    lower: (inputs, { body }) => inline(body, inputs),
    gradient,
    batch({ inputs, batched: flags, size, params: { body } }) {
      const all = inputs.map((input, i) => withBatch(input, flags[i], size));
      const every = all.map(() => true);
      const { program } = traceFlat(name, (tensors) => batch(body, tensors, every, size), all);
      return apply(batched(size), all, { body: clean(program) });
    },
  };
}

/** Recomputes its body in the backward pass, whose operations stay behind it until lowering: nothing is shared. */
const checkpointPrimitive: Primitive<BodyParams> = bodyPrimitive(
  "checkpoint",
  ({ inputs, cotangents, needed, params: { body } }) => {
    const present = cotangents.filter((cotangent) => cotangent !== undefined);
    let found: boolean[] = [];
    const { program } = traceFlat(
      "checkpoint",
      (tensors) => {
        let next = inputs.length;
        const received = cotangents.map((cotangent) => cotangent && tensors[next++]);
        const results = pullback(body, tensors.slice(0, inputs.length), needed).back(received);
        found = results.map((result) => result !== undefined);
        return results.filter((result) => result !== undefined);
      },
      [...inputs, ...present],
    );
    const results = apply(checkpointPrimitive, [...inputs, ...present], { body: clean(program) });
    let next = 0;
    return found.map((has) => (has ? results[next++] : undefined));
  },
  () => checkpointPrimitive,
);

/**
 * The same function, whose intermediate values are not kept for its gradient but computed again when that needs them:
 * less memory for more time. Wrap the body of a long `scan`, or a block of a deep network.
 */
export function checkpoint<A extends Tree[], R extends Tree>(
  fn: (...args: A) => R,
): (...args: A) => R {
  return (...args) => {
    const { program, captured, result } = traceFunction(fn, args);
    const inputs = [...flatten(args).leaves, ...captured];
    return result.rebuild(apply(checkpointPrimitive, inputs, { body: program })) as R;
  };
}

/**
 * The same function with a gradient of your own. `rule` gets the arguments, the result and its cotangent (a tree like
 * the result), and returns the cotangents of the arguments, an array as long as they are. Tensors that `fn` closes over
 * get none: pass what you want to differentiate as an argument.
 *
 * ```ts
 * const clipped = customGradient((x) => x, ([x], _, g) => [clip(g, -1, 1)]); // identity, with a bounded gradient
 * ```
 */
export function customGradient<A extends Tree[], R extends Tree>(
  fn: (...args: A) => R,
  rule: (args: A, result: R, cotangent: R) => readonly [...A],
): (...args: A) => R {
  return (...args) => {
    const { program, captured, result } = traceFunction(fn, args);
    const { leaves, rebuild } = flatten(args);
    const flatRule: FlatRule = (inputs, outputs, cotangents) =>
      flatten(
        rule(
          rebuild(inputs) as unknown as A,
          result.rebuild(outputs) as R,
          result.rebuild(cotangents) as R,
        ),
        "customGradient: the rule's result",
      ).leaves;
    const primitive = customPrimitive(flatRule, leaves.length);
    return result.rebuild(apply(primitive, [...leaves, ...captured], { body: program })) as R;
  };
}

/** The rule for tensors, of which the first inputs are the arguments. */
type FlatRule = (
  inputs: readonly Tensor[],
  outputs: readonly Tensor[],
  cotangents: readonly Tensor[],
) => readonly Tensor[];

function customPrimitive(rule: FlatRule, count: number): Primitive<BodyParams> {
  return bodyPrimitive(
    "customGradient",
    ({ inputs, outputs, cotangents }) =>
      rule(inputs, outputs, withZeros(cotangents, outputs)).slice(0, count),
    (size) =>
      customPrimitive((...groups) => {
        const operands = groups.flat();
        const { program, captured } = traceFlat(
          "customGradient",
          (tensors) => {
            let next = 0;
            const [inputs, outputs, cotangents] = groups.map((group) =>
              tensors.slice(next, (next += group.length)),
            );
            return rule(inputs!, outputs!, cotangents!);
          },
          operands.map(sliceType),
        );
        const batched = operands.map(() => true);
        return batch(program, [...operands, ...captured], batched, size);
      }, count),
  );
}

const stopGradientPrimitive: Primitive = /* @__PURE__ */ define("stopGradient", {
  type: () => ({}),
  lower: ([x]) => x!,
  gradient: [],
  shift: (params) => params,
});

/** The same value, through which no gradient flows. */
export function stopGradient(x: Tensor): Tensor {
  return one(stopGradientPrimitive, [x]);
}
