import { check, type Metric, type Tensor } from "@nn/core";
import { binned, type CalibrationOptions } from "./bins.ts";

/** What became of the examples whose probability lies above `from` and not above `to`. */
export type ReliabilityBin = {
  readonly from: number;
  readonly to: number;
  readonly count: number;
  /** Their mean probability; null where there are none. */
  readonly probability: number | null;
  /** The share of them for which it came true; null where there are none. */
  readonly frequency: number | null;
};

/**
 * The table behind a reliability diagram: the bins of `calibrationError`, with the mean probability and the frequency of
 * each. It is for `measure`.
 *
 * Refuses predictions that are NaN or no probabilities, and targets that are no class.
 *
 * ```ts
 * for (const bin of await measure(reliability(), predictions, targets)) console.log(bin.probability, bin.frequency);
 * ```
 */
export function reliability(
  options: CalibrationOptions = {},
): Metric<Tensor, Tensor, readonly ReliabilityBin[]> {
  return binned("reliability", options, ({ count, probability, frequency }, rows) => {
    const counts = Array.from(count!);
    const known = counts.reduce((a, b) => a + b, 0);
    check(
      known === rows,
      () =>
        `reliability: ${rows - known} of ${rows} rows have no class or no probability: their prediction is NaN or not ` +
        "from 0 to 1, or their target is no class number",
    );
    return counts.map((n, i) => ({
      from: i / counts.length,
      to: (i + 1) / counts.length,
      count: n,
      probability: n === 0 ? null : probability![i]! / n,
      frequency: n === 0 ? null : frequency![i]! / n,
    }));
  });
}
