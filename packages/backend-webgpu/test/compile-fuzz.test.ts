import { js } from "@nn/backend-js";
import { print } from "@nn/core";
import { expect, test } from "vitest";
import { differenceOf, resultsOf } from "../../../tools/random-programs/compare.ts";
import {
  randomProgram,
  type RandomProgramOptions,
} from "../../../tools/random-programs/program.ts";
import type { Internals } from "../src/open-device.ts";
import { openOne } from "./open.ts";

const reference = js();

async function expectAgreement(
  options: Omit<RandomProgramOptions, "dtypes"> & { seed: number; count: number },
  internals?: Internals,
): Promise<void> {
  const { backend } = await openOne(internals);
  const count = Math.ceil(options.count * Number(process.env["NN_RUNS"] || 1));
  for (let seed = options.seed; seed < options.seed + count; seed++) {
    const random = randomProgram(seed, { ...options, dtypes: backend.dtypes });
    const [expected = []] = await resultsOf(reference, random);
    const what = `seed ${seed}\n${print(random.program)}`;
    expect(differenceOf(random, await resultsOf(backend, random), expected), what).toBeUndefined();
  }
  await backend.close!();
}

for (const [name, options] of [
  ["short", { seed: 0, count: 30, steps: 5 }],
  ["long", { seed: 1000, count: 4, steps: 40 }],
  ["large", { seed: 2000, count: 20, steps: 12, size: "large" }],
  ["with many inputs and results", { seed: 3000, count: 3, steps: 8, inputs: 60, results: 40 }],
] as const)
  test(
    `random programs, ${name}, compute what they should, inputs donated or not`,
    () => expectAgreement(options),
    60_000 + 60_000 * Number(process.env["NN_RUNS"] || 1),
  );

test("so do random programs whose products are computed by recorded kernels", () =>
  expectAgreement({ seed: 4000, count: 10, steps: 6 }, { largeProduct: 64 }));

test("so do random programs that are run in small pieces", () =>
  expectAgreement({ seed: 5000, count: 12, steps: 6 }, { operationsPerMs: 3 }));
