import {
  applyModel,
  flatten,
  programKey,
  randomKey,
  showType,
  tensor,
  type TensorMap,
  type Tree,
} from "@nn/core";
import { expectThat, type Check, type Outcome } from "../check.ts";
import { checkGradient } from "../gradient/finite-differences.ts";
import { compare } from "../reference/compare.ts";
import { evaluate, lowerToBasis } from "../reference/reference.ts";
import { roundings } from "../reference/rounding.ts";
import { toTyped, type Value } from "../reference/value.ts";
import { inputFor, trial, valueOf, valuesOf, type LayerSpec, type Trial } from "./spec.ts";
import { KEY, pass, traced, twice, isSame, expectSame } from "./run.ts";
import { checkJson, checkDeclarations, checkSharing, checkFrozen } from "./declared.ts";

/** All checks of `testLayer` as a list, to be run by other means than vitest; see `runChecks`. */
export function layerChecks(spec: LayerSpec): readonly Check[] {
  const rules: readonly [string, (spec: LayerSpec) => Promise<Outcome | void>][] = [
    ["says what it is, and can be made again from JSON", checkJson],
    ["declares the same for every batch size", checkDeclarations],
    ["is a function of its inputs alone", checkPurity],
    ["computes what the reference does, for several batch sizes", checkValues],
    ["has the gradients of finite differences when predicting", (s) => checkSlopes(s, false)],
    ["has the gradients of finite differences in training", (s) => checkSlopes(s, true)],
    ["predicts every example by itself", checkIndependence],
    ["leaves state alone when predicting", checkPrediction],
    ["changes state in training, if it has any", checkState],
    ["draws from the key that it is given, and differently at every place", checkRandomness],
    ["shares its parameters when it is used twice, and only then", checkSharing],
    ["trains no parameter when it is frozen", checkFrozen],
  ];
  return rules.map(([name, rule]) => ({ name, run: () => rule(spec) }));
}

async function checkPurity(spec: LayerSpec): Promise<void> {
  const once = await trial(spec, 3);
  for (const training of [false, true]) {
    const [first, second] = [traced(once, training), traced(once, training)];
    expectThat(
      programKey(first.program) === programKey(second.program),
      () =>
        "traced twice for one input, it gives two programs; it keeps something that is neither parameter nor state",
    );
    expectThat(first.captured === 0, () => "it uses a tensor that is neither parameter nor state");
  }
}

async function checkValues(spec: LayerSpec): Promise<Outcome> {
  for (const batch of [1, 2, 5])
    for (const training of [false, true]) {
      const given = await trial(spec, batch);
      const { program } = traced(given, training);
      const { parameters, state, input } = given;
      const key = { dtype: "i32", shape: [2], data: Float64Array.of(0, 5) } as const;
      const inputs = [...(await valuesOf([parameters, state, input])), key];
      const lowered = lowerToBasis(program);
      const expected = roundings(batch).map((round) => evaluate(lowered, inputs, round));
      const { output, state: after } = pass(given, training);
      const actual = await valuesOf([output, after]);
      actual.forEach((result, i) =>
        compare(
          toTyped(result),
          expected.map((results) => results[i]!),
          {
            what: `${training ? "training" : "predicting"} with a batch of ${batch}, result ${i}`,
          },
        ),
      );
      for (const { shape } of flatten(output).leaves)
        expectThat(
          shape[0] === batch,
          () => `the output for a batch of ${batch} has shape [${shape.join(", ")}]`,
        );
    }
  return { cases: 6, notTested: [] };
}

async function checkSlopes(spec: LayerSpec, training: boolean): Promise<void> {
  const given = await trial(spec, 3, { dtype: "f64", seed: 3 });
  const { layer, declarations, parameters, state, input } = given;
  const isMoved = (path: string): boolean =>
    declarations.find((one) => one.path === path)!.trainable;
  const parts = flatten([parameters, state, input]);
  const names = Object.keys(parameters).sort();
  const at = await valuesOf([parameters, state, input]);
  const wanted = at.map((_, i) =>
    i < names.length ? isMoved(names[i]!) : i >= names.length + Object.keys(state).length,
  );
  checkGradient({
    what: `${layer.kind}, ${training ? "training" : "predicting"} (inputs are ${parts.paths.map((path, i) => `${i}: ${path}`).join(", ")})`,
    at,
    wanted,
    fn(inputs) {
      const [p, s, x] = parts.rebuild(inputs) as unknown as [TensorMap, TensorMap, Tree];
      return flatten(
        applyModel(layer, { parameters: p, state: s }, x, { training, key: KEY }).output,
      ).leaves;
    },
  });
}

async function checkIndependence(spec: LayerSpec): Promise<Outcome | void> {
  if (spec.isBatchIndependent === false) return;
  const together = await trial(spec, 4);
  const alone = { ...together, input: inputFor(together.backend, spec.input, 2, "f32", 1) };
  const inputs = await valuesOf([alone.parameters, alone.state, alone.input]);
  const lowered = lowerToBasis(traced(alone, false).program);
  const key = { dtype: "i32", shape: [2], data: Float64Array.of(0, 5) } as const;
  const expected = roundings(4).map((round) => evaluate(lowered, [...inputs, key], round));
  const actual = await valuesOf(pass(together, false).output);
  actual.forEach((result, i) => {
    const rows = result.data.subarray(0, expected[0]![i]!.data.length);
    const first: Value = { ...result, shape: [2, ...result.shape.slice(1)], data: rows };
    compare(
      toTyped(first),
      expected.map((results) => results[i]!),
      {
        what: `the first two of four examples, result ${i}`,
      },
    );
  });
}

async function checkPrediction(spec: LayerSpec): Promise<void> {
  const given = await trial(spec, 3);
  const { output, state } = pass(given, false);
  await expectSame(state, given.state, "the state after predicting");
  await expectSame(
    pass(given, false, randomKey(6)).output,
    output,
    "a prediction with another key",
  );
}

async function checkState(spec: LayerSpec): Promise<void> {
  const given = await trial(spec, 3);
  const declared = given.declarations
    .filter(({ role }) => role === "state")
    .map(({ path }) => path);
  const { hasState = false } = spec;
  expectThat(hasState === declared.length > 0, () =>
    hasState
      ? "it declares no state"
      : `it declares state (${declared.join(", ")}); say hasState in the spec`,
  );
  if (!hasState) return;
  const first = pass(given, true);
  expectThat(
    !(await isSame(first.state, given.state)),
    () => "its state is the same after a step of training",
  );
  const after = flatten(first.state).leaves.map(showType).join();
  const before = flatten(given.state).leaves.map(showType).join();
  expectThat(after === before, () => `its state is ${before} before, and ${after} after a step`);
  const saved = await Promise.all(
    Object.entries(first.state).map(async ([path, x]) => {
      const { data, shape, dtype } = await valueOf(x);
      return [
        path,
        tensor(given.backend, toTyped({ data, shape, dtype }), { shape, dtype }),
      ] as const;
    }),
  );
  const restored = pass({ ...given, state: Object.fromEntries(saved) }, true);
  await expectSame(
    restored,
    pass({ ...given, state: first.state }, true),
    "a step from restored state",
  );
}

async function checkRandomness(spec: LayerSpec): Promise<Outcome | void> {
  const given = await trial(spec, 5);
  const first = pass(given, true);
  await expectSame(pass(given, true), first, "training again with one key");
  const { isRandom = false } = spec;
  const depends = !(await isSame(pass(given, true, randomKey(6)).output, first.output));
  expectThat(depends === isRandom, () =>
    isRandom
      ? "two keys give the same result in training; draw from scope.key()"
      : "its result depends on the key; say isRandom in the spec",
  );
  const layer = twice(given.layer, spec.make());
  const pair = pass({ ...given, layer, ...atBoth(given) }, true).output as readonly Tree[];
  const differs = !(await isSame(pair[0]!, pair[1]!));
  expectThat(differs === isRandom, () =>
    isRandom
      ? "it draws the same numbers at two places of a model; draw from scope.key()"
      : "two of its kind give two results for equal parameters",
  );
}

/** The same values for two layers, at `a` and at `b`. */
function atBoth({ parameters, state }: Trial): Pick<Trial, "parameters" | "state"> {
  const twofold = (map: TensorMap): TensorMap =>
    Object.fromEntries(
      Object.entries(map).flatMap(([path, x]) => [
        [`a/${path}`, x],
        [`b/${path}`, x],
      ]),
    );
  return { parameters: twofold(parameters), state: twofold(state) };
}
