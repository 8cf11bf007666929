import { testBackend } from "@nn/testing";
import { describe, expect, test } from "vitest";
import { doctor, wasm, type Numerics } from "../src/index.ts";
import { divided, type Divided } from "./divided.ts";

const { relaxedSimd, revectorize, notes } = doctor();

/** Why the engine cannot compute like this, if it cannot. */
function obstacle(numerics: Numerics): string | undefined {
  const isThere = { strict: true, relaxed: relaxedSimd, turbo: revectorize }[numerics];
  const topic = { strict: "", relaxed: "relaxed SIMD", turbo: "vectors of 256 bits" }[numerics];
  return isThere ? undefined : notes.find((note) => note.startsWith(topic));
}

for (const numerics of ["strict", "relaxed", "turbo"] as const) {
  const reason = obstacle(numerics);
  if (reason) {
    test(`${numerics} numerics are refused where the engine lacks them`, () => {
      expect(() => wasm({ numerics })).toThrow(`numerics "${numerics}" needs ${reason}`);
    });
    describe(`@nn/backend-wasm, ${numerics}`, () => {
      test("passes the conformance kit", (context) => context.skip(reason));
    });
    continue;
  }
  testBackend(`@nn/backend-wasm, ${numerics}, 1 thread`, () => wasm({ numerics, threads: 1 }));
  for (const threads of numerics === "strict" ? [2, 3] : [2]) {
    let made: Divided;
    testBackend(`@nn/backend-wasm, ${numerics}, ${threads} threads`, async () => {
      made = await divided({ numerics, threads });
      return made.backend;
    });
    test(`the runs of ${numerics} numerics had ${threads} threads`, () => {
      const all = made.runs.reduce((sum, count) => sum + count, 0);
      expect(made.runs[threads]! / all).toBeGreaterThan(0.99);
    });
  }
}
