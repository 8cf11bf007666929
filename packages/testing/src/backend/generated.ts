import type { Backend, TypedArray } from "@nn/core";
import { untested, type Check, type Outcome } from "../check.ts";
import {
  operationCase,
  programCase,
  recipes,
  showCase,
  type Case,
  type CaseSetting,
  type ProgramKind,
  type Recipe,
} from "../generate/case.ts";
import { NoDType } from "../generate/draw.ts";
import { forAll } from "../generate/for-all.ts";
import { vocabulary } from "../generate/vocabulary.ts";
import { compare, type Comparison } from "../reference/compare.ts";
import { evaluate, lowerToBasis } from "../reference/reference.ts";
import { roundings } from "../reference/rounding.ts";
import { missingIn, runCase, settingFor, type Subject } from "./subject.ts";

/** Generated cases of one operation, and of each kind of program. */
const OPERATION_RUNS = 25;
const PROGRAM_RUNS = 250;

/** Every function of the kernel with generated operands, compared with the reference. */
export function operationChecks(subject: Subject): Check[] {
  const arbitrary = recipes(0);
  return vocabulary.map((entry) => ({
    name: `${entry.name} agrees with the reference`,
    run: () =>
      compareCases(subject, entry.name, arbitrary, OPERATION_RUNS, (recipe, setting) =>
        operationCase(entry, recipe, setting),
      ),
  }));
}

/** Random programs, their gradients and their batched forms, compared with the reference. */
export function programChecks(subject: Subject): Check[] {
  const kinds: readonly [ProgramKind, number][] = [
    ["as it is", 30],
    ["its gradient", 12],
    ["vectorized", 15],
  ];
  return kinds.map(([kind, steps]) => {
    const name = `a random program, ${kind},`;
    const arbitrary = recipes(steps);
    return {
      name: `${name} agrees with the reference`,
      run: () =>
        compareCases(subject, name, arbitrary, PROGRAM_RUNS, (recipe, setting) =>
          programCase(kind, recipe, setting),
        ),
    };
  });
}

async function compareCases(
  subject: Subject,
  name: string,
  arbitrary: ReturnType<typeof recipes>,
  runs: number,
  build: (recipe: Recipe, setting: CaseSetting) => Case,
): Promise<Outcome> {
  const backend = await subject.backend();
  const setting = settingFor(backend);
  let [elements, undecided] = [0, 0];
  try {
    const outcome = await forAll(
      name,
      arbitrary,
      runs,
      (recipe) =>
        compareCase(backend, build(recipe, setting), subject.missing, recipe.seed, (result) => {
          elements += result.elements;
          undecided += result.undecided;
        }),
      (recipe) => showCase(build(recipe, setting)),
    );
    const share = Math.round((100 * undecided) / elements);
    if (!(share > 20)) return outcome;
    const reason = `${name}: ${share} % of all elements, which may be NaN, infinite or neither`;
    return { ...outcome, notTested: [...outcome.notTested, reason] };
  } catch (error) {
    if (error instanceof NoDType) return untested(`${name}: ${error.message}`);
    throw error;
  }
}

/** Compares a case with the reference; returns what is missing where the backend cannot run it. */
export async function compareCase(
  backend: Backend,
  given: Case,
  missing: readonly string[],
  seed: number,
  count: (result: Comparison) => void = () => {},
): Promise<string | void> {
  let actual: TypedArray[];
  try {
    actual = await runCase(backend, given);
  } catch (error) {
    const name = missingIn(error, missing);
    if (name) return `which need ${name}`;
    throw error;
  }
  const lowered = lowerToBasis(given.program);
  const expected = roundings(seed).map((round) => evaluate(lowered, given.inputs, round));
  actual.forEach((result, i) => {
    const { nonFinite } = backend;
    const comparison = compare(
      result,
      expected.map((results) => results[i]!),
      { what: `result ${i}`, ...(nonFinite !== undefined && { nonFinite }) },
    );
    count(comparison);
  });
}
