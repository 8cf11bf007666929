import {
  add,
  cast,
  gradient,
  isFloat,
  mul,
  print,
  sum,
  trace,
  vectorize,
  zeros,
  type DType,
  type Program,
  type Tensor,
} from "@nn/core";
import * as fc from "fast-check";
import { spellNumber } from "../reference/compare.ts";
import type { Value } from "../reference/value.ts";
import { Choices } from "./choices.ts";
import { FreshDraw, step, type DrawSetting } from "./draw.ts";
import type { Entry } from "./entry.ts";
import { makeValue, styles, type InputSpec } from "./values.ts";

/** A program and what to run it with. */
export interface Case {
  readonly program: Program;
  readonly inputs: readonly Value[];
}

/** What a case is generated from, and shrunk by: decisions, and how the elements of the inputs come about. */
export interface Recipe {
  readonly head: readonly number[];
  /** For programs: the decisions of every step. */
  readonly steps: readonly (readonly number[])[];
  readonly style: number;
  readonly seed: number;
}

/** What generated cases may contain. */
export interface CaseSetting extends DrawSetting {
  readonly nonFinite: boolean;
}

/** Recipes of programs with up to so many steps; none for single operations. */
export function recipes(mostSteps: number): fc.Arbitrary<Recipe> {
  const decisions = (count: number): fc.Arbitrary<number[]> =>
    fc.array(fc.nat(5039), { minLength: count, maxLength: count });
  const recipe = fc.record({
    head: decisions(24),
    steps: fc.array(decisions(10), {
      minLength: Math.min(3, mostSteps),
      maxLength: mostSteps,
      size: "max",
    }),
    style: fc.nat(styles.length - 1),
    seed: fc.nat(),
  });
  // Small numbers are not likelier than others: any number stands for a decision of its own.
  return fc.noBias(recipe);
}

/** One operation with operands of its own. */
export function operationCase(entry: Entry, recipe: Recipe, setting: CaseSetting): Case {
  const build = (given?: readonly Tensor[]): { draw: FreshDraw; result: Tensor[] } => {
    const draw = new FreshDraw(new Choices(recipe.head), setting, given);
    return { draw, result: [entry.build(draw)].flat() as Tensor[] };
  };
  const { specs } = build().draw;
  const program = trace((inputs: Tensor[]) => build(inputs).result, placeholders(specs));
  const style = entry.isTame ? Math.min(recipe.style, styles.indexOf("any")) : recipe.style;
  return { program, inputs: values(specs, { ...recipe, style }, setting) };
}

/** What is done with a random program before it is run. */
export type ProgramKind = "as it is" | "its gradient" | "vectorized";

/** A random program, or a transform of it. */
export function programCase(kind: ProgramKind, recipe: Recipe, setting: CaseSetting): Case {
  const head = new Choices(recipe.head);
  const shapes = [[2, 3], [3], [], [2, 1], [4], [1, 3], [0, 3]];
  const float = head.pick(setting.dtypes.filter(isFloat));
  const specs: InputSpec[] = [{ dtype: float, shape: head.pick(shapes) }];
  for (let count = head.integer(0, 3); count > 0; count--)
    specs.push({ dtype: head.pick([float, ...setting.dtypes]), shape: head.pick(shapes) });
  const run = (inputs: readonly Tensor[]): Tensor[] => {
    const pool = [...inputs];
    for (const decisions of recipe.steps) step(new Choices(decisions), setting, pool, 0);
    return pool.slice(specs.length).slice(-5);
  };
  if (kind === "as it is") {
    const program = trace(run, placeholders(specs));
    return { program, inputs: values(specs, recipe, setting) };
  }
  if (kind === "its gradient") {
    const isWanted = specs.map(({ dtype }) => isFloat(dtype));
    const slope = gradient((wanted: Tensor[], rest: Tensor[]) => {
      const [one, other] = [wanted.values(), rest.values()];
      return total(run(isWanted.map((flag) => (flag ? one : other).next().value!)), float);
    });
    const program = trace(
      (inputs: Tensor[]) =>
        slope(
          inputs.filter((_, i) => isWanted[i]),
          inputs.filter((_, i) => !isWanted[i]),
        ),
      placeholders(specs),
    );
    return { program, inputs: values(specs, recipe, setting) };
  }
  const size = head.pick([2, 1, 3]);
  const axes = specs.map((_, i) => (i === 0 || head.once(2) ? 0 : null));
  const batched = specs.map(({ dtype, shape }, i) => ({
    dtype,
    shape: axes[i] === 0 ? [size, ...shape] : shape,
  }));
  const program = trace(
    (inputs: Tensor[]) => vectorize((...all: Tensor[]) => run(all), { axes })(...inputs),
    placeholders(batched),
  );
  return { program, inputs: values(batched, recipe, setting) };
}

/** The sum of all results, as one number. */
function total(results: readonly Tensor[], dtype: DType): Tensor {
  return results
    .filter((result) => isFloat(result.dtype))
    .map((result) => cast(sum(mul(result, 0.125)), dtype))
    .reduce(add, zeros([], dtype));
}

function placeholders(specs: readonly InputSpec[]): Tensor[] {
  return specs.map(({ shape, dtype }) => zeros(shape, dtype));
}

function values(
  specs: readonly InputSpec[],
  { style, seed }: Recipe,
  setting: CaseSetting,
): Value[] {
  return specs.map((spec, i) => makeValue(spec, styles[style]!, seed + i, setting));
}

/** The case as a listing, with its inputs. */
export function showCase({ program, inputs }: Case): string {
  const shown = inputs.map(({ data }, i) => {
    const elements = [...data.subarray(0, 24)].map(spellNumber).join(", ");
    return `  %${program.inputs[i]} = [${elements}${data.length > 24 ? ", …" : ""}]`;
  });
  return [print(program), "with", ...shown].join("\n");
}
