import {
  applyModel,
  jit,
  randomKey,
  traceFunction,
  type AnyLayer,
  type Layer,
  type Program,
  type Scope,
  type Tensor,
  type TensorMap,
  type Tree,
} from "@nn/core";
import { expectThat } from "../check.ts";
import { valuesOf, type Trial } from "./spec.ts";

/** The random key of a pass. */
export const KEY = randomKey(5);

/** What a layer returns in one pass: its output, and the state afterwards. */
export interface Passed {
  readonly output: Tree;
  readonly state: TensorMap;
}

/** Applies the layer to its input. */
export function pass(
  { layer, parameters, state, input }: Trial,
  training: boolean,
  key: Tensor = KEY,
): Passed {
  const run = jit((p: TensorMap, s: TensorMap, x: Tree, k: Tensor) => ({
    ...applyModel(layer, { parameters: p, state: s }, x, { training, key: k }),
  }));
  return run(parameters, state, input, key) as unknown as Passed;
}

/** The layer as a program of parameters, state, input and key. */
export function traced(
  { layer, parameters, state, input }: Trial,
  training: boolean,
): { program: Program; captured: number } {
  const { program, captured } = traceFunction(
    (p: TensorMap, s: TensorMap, x: Tree, k: Tensor) => {
      const { output, state: after } = applyModel(layer, { parameters: p, state: s }, x, {
        training,
        key: k,
      });
      return [output, after];
    },
    [parameters, state, input, KEY],
  );
  return { program, captured: captured.length };
}

/** A layer that uses another one at two places. */
export function twice(layer: AnyLayer, other: AnyLayer = layer): AnyLayer {
  return {
    kind: "@nn/testing#twice",
    config: {},
    apply: (scope: Scope, x: Tree) => [scope.apply("a", layer, x), scope.apply("b", other, x)],
  } as Layer<Tree, Tree>;
}

/** Whether two trees have the same elements, bit for bit. */
export async function isSame(actual: Tree, expected: Tree): Promise<boolean> {
  const [one, other] = [await valuesOf(actual), await valuesOf(expected)];
  return one.every(({ data }, i) => data.every((x, e) => Object.is(x, other[i]!.data[e])));
}

/** Expects the same elements, bit for bit. */
export async function expectSame(
  actual: Tree | Passed,
  expected: Tree | Passed,
  what: string,
): Promise<void> {
  expectThat(await isSame(actual as Tree, expected as Tree), () => `${what} gives other bits`);
}
