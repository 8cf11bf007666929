import { check, type HostTensor } from "@nn/core";
import { checkCount, checkKnown } from "../check-options.ts";
import { type Random, random } from "./random.ts";

/** Generated rows, as `fit` takes them. */
export interface Generated {
  /** f64 [rows, inputs] */
  readonly inputs: HostTensor;
  /** f64 [rows, 1] */
  readonly targets: HostTensor;
}

/** How data are generated. */
export interface GeneratorOptions {
  /** How many rows. */
  readonly rows: number;
  /** The standard deviation of what is added at random; default 0. */
  readonly noise?: number;
  /** A whole number from which all follows; default 0. */
  readonly seed?: number;
}

/** Checks options and makes rows one by one: `row` fills the inputs and returns the target. */
export function generate(
  name: string,
  options: GeneratorOptions,
  width: number,
  row: (inputs: Float64Array, random: Random, noise: number, index: number) => number,
  others: readonly string[] = [],
): Generated {
  checkKnown(name, options, ["rows", "noise", "seed", ...others]);
  const { rows, noise = 0, seed = 0 } = options;
  checkCount(`${name}: rows`, rows);
  check(
    typeof noise === "number" && noise >= 0 && noise < Infinity,
    () => `${name}: noise must be a finite number from 0, got ${String(noise)}`,
  );
  const draws = random(name, seed);
  const inputs = new Float64Array(rows * width);
  const targets = new Float64Array(rows);
  for (let i = 0; i < rows; i++)
    targets[i] = row(inputs.subarray(i * width, (i + 1) * width), draws, noise, i);
  return {
    inputs: { shape: [rows, width], dtype: "f64", data: inputs },
    targets: { shape: [rows, 1], dtype: "f64", data: targets },
  };
}
