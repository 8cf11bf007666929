import { check, type Schedule } from "@nn/core";
import { checkNumber, checkOptions, kindOf, show } from "../options.ts";
import { timeOf, unitOf, whole } from "./time.ts";

/** Which rates there are, and when one takes over from the other: after so many `epochs`, or after so many `steps`. */
export interface PiecewiseOptions {
  /** One more than there are boundaries. */
  readonly rates: readonly number[];
  /** Boundaries in epochs, rising, above 0. */
  readonly epochs?: readonly number[];
  /** Boundaries in steps, rising, above 0. */
  readonly steps?: readonly number[];
}

/**
 * The first rate until the first boundary, the second one from there to the second boundary, and so on.
 *
 * ```ts
 * const optimizer = momentum({ learningRate: piecewise({ rates: [0.1, 0.01, 0.001], epochs: [30, 60] }) });
 * ```
 */
export function piecewise(options: PiecewiseOptions): Schedule {
  checkOptions("piecewise", options, ["rates", "epochs", "steps"]);
  const unit = unitOf("piecewise", options);
  const [rates, boundaries] = [listOf("rates", options.rates), listOf(unit, options[unit])];
  rates.forEach((rate, i) => checkNumber(`piecewise: rates[${i}]`, rate));
  boundaries.forEach((boundary, i) => checkNumber(`piecewise: ${unit}[${i}]`, boundary, true));
  check(
    rates.length === boundaries.length + 1,
    () =>
      `piecewise: expected one rate more than there are boundaries, got ${rates.length} rates and ` +
      `${boundaries.length} ${unit}; the last rate holds after the last boundary`,
  );
  check(
    boundaries.every((boundary, i) => i === 0 || boundary > boundaries[i - 1]!),
    () => `piecewise: ${unit} must rise, got [${boundaries.join(", ")}]`,
  );
  return {
    kind: kindOf("piecewise"),
    config: { rates, [unit]: boundaries },
    at(progress) {
      const time = timeOf(progress, unit);
      // -1, where all boundaries are passed, stands for the last rate.
      const next = boundaries.findIndex((boundary) => whole(time / boundary) < 1);
      return rates.at(next)!;
    },
  };
}

function listOf(name: string, value: unknown): readonly number[] {
  check(
    Array.isArray(value),
    () => `piecewise: ${name} must be a list of numbers, got ${show(value)}`,
  );
  return [...(value as readonly number[])];
}
