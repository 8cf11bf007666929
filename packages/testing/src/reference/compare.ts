import { showType, type TypedArray } from "@nn/core";
import { smallest } from "./rounding.ts";
import { toDType, type Value } from "./value.ts";

/** How much of a result could be compared. */
export interface Comparison {
  readonly elements: number;
  /** Elements that may come out one way or another, within the tolerances: they were not compared. */
  readonly undecided: number;
}

/**
 * Compares a result with what the reference came to, once for each rounding. An element has to lie where these results
 * do, or as far outside as they are apart; subnormal numbers are all one. Where they agree to the last bit, so must it;
 * where some are NaN or infinite and others are not, nothing is expected of it. Throws an error that names the first
 * wrong element.
 */
export function compare(
  actual: TypedArray,
  expected: readonly Value[],
  options: { readonly nonFinite?: boolean; readonly what?: string } = {},
): Comparison {
  const { nonFinite = true, what = "result" } = options;
  const nominal = expected[0]!;
  const { data } = nominal;
  if (actual.length !== data.length)
    throw new Error(
      `${what}: ${showType(nominal)} has ${data.length} elements, got ${actual.length}`,
    );
  let undecided = 0;
  for (let i = 0; i < data.length; i++) {
    const all = expected.map((value) => toDType(value.data[i]!, value.dtype));
    const verdict = judge(actual[i]!, all, nonFinite, smallest[nominal.dtype] ?? 0);
    if (verdict === "undecided") undecided++;
    else if (verdict === "wrong") {
      const spread = all.every((one) => Object.is(one, all[0]))
        ? "exactly"
        : `about (${spell(all)})`;
      throw new Error(
        `${what}: element ${i} of ${showType(nominal)} is ${spellNumber(actual[i]!)}, ` +
          `expected ${spread} ${spellNumber(data[i]!)}`,
      );
    }
  }
  return { elements: data.length, undecided };
}

function judge(
  actual: number,
  all: readonly number[],
  nonFinite: boolean,
  tiny: number,
): "right" | "wrong" | "undecided" {
  const nominal = all[0]!;
  const isCertain = all.every((one) => Object.is(one, nominal));
  if (!all.every(Number.isFinite)) {
    if (!isCertain || !nonFinite) return "undecided";
    return Object.is(actual, nominal) ? "right" : "wrong";
  }
  if (isCertain) return Object.is(actual, nominal) ? "right" : "wrong";
  const isTiny = (number: number): boolean => Math.abs(number) < tiny;
  if (isTiny(actual) && all.every(isTiny)) return "right";
  const low = Math.min(...all);
  const high = Math.max(...all);
  const slack = high - low;
  return actual >= low - slack && actual <= high + slack ? "right" : "wrong";
}

function spell(all: readonly number[]): string {
  return `${spellNumber(Math.min(...all))} to ${spellNumber(Math.max(...all))}`;
}

/** A number as it has to be told apart from others: with the sign of zero. */
export function spellNumber(number: number): string {
  return Object.is(number, -0) ? "-0" : String(number);
}
