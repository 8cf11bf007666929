import { js } from "@nn/backend-js";
import { print } from "@nn/core";
import { expect, test } from "vitest";
import { differenceOf, resultsOf } from "../../../tools/random-programs/compare.ts";
import { randomProgram } from "../../../tools/random-programs/program.ts";
import { wasm } from "../src/index.ts";
import { divided } from "./divided.ts";

for (const [name, seed, count, steps, size] of [
  ["short", 0, 80, 5, "small"],
  ["long", 1000, 12, 40, "small"],
  ["very long", 2000, 1, 400, "small"],
  ["large", 3000, 10, 12, "large"],
] as const)
  test(`${name} random programs compute what they should, donated or not, on any number of threads`, async () => {
    const reference = js();
    const alone = wasm({ threads: 1 });
    const { backend: together } = await divided({ threads: 3 });
    for (let i = 0; i < count; i++) {
      const random = randomProgram(seed + i, { dtypes: alone.dtypes, steps, size });
      const [expected = []] = await resultsOf(reference, random);
      const runs = [...(await resultsOf(alone, random)), ...(await resultsOf(together, random))];
      const what = `seed ${seed + i}\n${print(random.program)}`;
      expect(differenceOf(random, runs, expected), what).toBeUndefined();
    }
    await together.close!();
  });
