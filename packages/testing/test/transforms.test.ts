import { trace, vectorize, zeros, type Tensor } from "@nn/core";
import { describe, expect, it } from "vitest";
import { messageOf } from "../src/check.ts";
import { recipes, showCase } from "../src/generate/case.ts";
import { Choices } from "../src/generate/choices.ts";
import { step } from "../src/generate/draw.ts";
import { forAll } from "../src/generate/for-all.ts";
import { makeValue, type InputSpec } from "../src/generate/values.ts";
import { vocabulary } from "../src/generate/vocabulary.ts";
import { checkGradient } from "../src/gradient/finite-differences.ts";
import { compare } from "../src/reference/compare.ts";
import { evaluate, lowerToBasis } from "../src/reference/reference.ts";
import { roundings } from "../src/reference/rounding.ts";
import { toTyped, type Value } from "../src/reference/value.ts";

/** Steps without kinks and without large slopes. */
const smooth = (
  "add sub mul neg square tanh sin cos sigmoid softplus erf sum mean variance softmax logSoftmax " +
  "logSumExp matmul reshape transpose broadcastTo slice pad reverse expandDims " +
  "squeeze concat stack gather scatterAdd select scan recurrence checkpoint"
).split(" ");

type Recipe = Parameters<typeof showRecipe>[0];

function showRecipe(recipe: {
  head: readonly number[];
  steps: readonly (readonly number[])[];
  style: number;
  seed: number;
}): string {
  const { specs, run } = program(
    recipe,
    vocabulary.filter(({ name }) => smooth.includes(name)),
  );
  const types = specs.map(({ shape, dtype }) => zeros(shape, dtype));
  return showCase({
    program: trace((inputs: Tensor[]) => run(inputs), types),
    inputs: valuesOf(specs, recipe.seed),
  });
}

function valuesOf(specs: readonly InputSpec[], seed: number): Value[] {
  return specs.map((spec, i) => makeValue(spec, "any", seed + i, { nonFinite: false }));
}

/** A random program of these steps, of two floats and indices. */
function program(
  recipe: Recipe,
  steps: typeof vocabulary,
): { specs: InputSpec[]; run: (inputs: readonly Tensor[]) => Tensor[] } {
  const head = new Choices(recipe.head);
  const shapes = [[2, 3], [3], [], [2, 1], [4]];
  const specs: InputSpec[] = [
    { dtype: "f64", shape: head.pick(shapes) },
    { dtype: "f64", shape: head.pick(shapes) },
    { dtype: "i32", shape: [3], indexOf: 2 },
  ];
  const setting = { dtypes: ["f64", "i32", "bool"] as const, steps };
  const run = (inputs: readonly Tensor[]): Tensor[] => {
    const pool = [...inputs];
    for (const decisions of recipe.steps) step(new Choices(decisions), setting, pool, 0);
    return pool.slice(specs.length).slice(-3);
  };
  return { specs, run };
}

describe("random programs of smooth steps", () => {
  const steps = vocabulary
    .filter(({ name }) => smooth.includes(name))
    .map((entry) => ({ ...entry, isHeavy: false }));

  it("are made of steps that exist", () => {
    expect(steps).toHaveLength(smooth.length);
  });

  for (const order of [1, 2] as const)
    it(
      `have gradients of order ${order} that agree with finite differences`,
      { timeout: 120_000 },
      async () => {
        const test = async (recipe: Recipe): Promise<string | void> => {
          const { specs, run } = program(recipe, steps);
          const at = valuesOf(specs, recipe.seed);
          const lowered = lowerToBasis(
            trace(
              (inputs: Tensor[]) => run(inputs),
              specs.map(({ shape, dtype }) => zeros(shape, dtype)),
            ),
          );
          // Steep functions are no fault of their gradient, but finite differences cannot follow them.
          const isSteep = evaluate(lowered, at).some(({ data }) =>
            data.some((x) => !(Math.abs(x) < 50)),
          );
          if (isSteep) return "which are too steep for finite differences";
          checkGradient({ what: "the program", fn: (inputs) => run(inputs), at, order });
        };
        const { cases } = await forAll(
          `gradients of order ${order}`,
          recipes(8),
          120,
          test,
          showRecipe,
        );
        expect(cases).toBeGreaterThan(60);
      },
    );

  it("do the same to a batch as to its examples", { timeout: 120_000 }, async () => {
    const all = vocabulary.filter(({ isHeavy }) => !isHeavy);
    const test = async (recipe: Recipe): Promise<void> => {
      const { specs, run } = program(recipe, all);
      const types = specs.map(({ shape, dtype }) => zeros(shape, dtype));
      const single = lowerToBasis(trace((inputs: Tensor[]) => run(inputs), types));
      const examples = [0, 1, 2].map((row) => {
        const own = valuesOf(specs, recipe.seed + 10 * row);
        return own.map((value, i) => (i === 1 ? valuesOf(specs, recipe.seed)[1]! : value));
      });
      const batch = specs.map((_, i) =>
        i === 1 ? examples[0]![1]! : stacked(examples.map((example) => example[i]!)),
      );
      const batched = lowerToBasis(
        trace(
          (inputs: Tensor[]) =>
            vectorize((...each: Tensor[]) => run(each), { axes: [0, null, 0] })(...inputs),
          batch.map(({ shape, dtype }) => zeros(shape, dtype)),
        ),
      );
      const expected = roundings(1).map((round) => {
        const rows = examples.map((example) => evaluate(single, example, round));
        return rows[0]!.map((_, i) => stacked(rows.map((row) => row[i]!)));
      });
      evaluate(batched, batch).forEach((result, i) =>
        compare(
          toTyped(result),
          expected.map((results) => results[i]!),
        ),
      );
    };
    const { cases } = await forAll("batches", recipes(12), 200, test, (recipe) => {
      try {
        return showRecipe(recipe);
      } catch (error) {
        return messageOf(error);
      }
    });
    expect(cases).toBeGreaterThan(0);
  });
});

function stacked(values: readonly Value[]): Value {
  const { dtype, shape } = values[0]!;
  return {
    dtype,
    shape: [values.length, ...shape],
    data: Float64Array.from(values.flatMap(({ data }) => [...data])),
  };
}
