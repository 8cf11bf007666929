import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { fit } from "../src/index.ts";
import { noisyModel } from "./noise.ts";
import { lineOptions, valuesOf } from "./support.ts";

const script = fileURLToPath(new URL("./run-noisy.ts", import.meta.url));

async function inAnotherProcess(): Promise<unknown> {
  const args = ["--import", "tsx", "--conditions=@nn/source", script];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout);
}

describe("one seed", () => {
  it("gives the same bits in two other processes as in this one, with shuffling and noise", async () => {
    const { parameters, history } = await fit(
      lineOptions({ model: noisyModel(), epochs: 10, seed: 3 }),
    );
    const here = { parameters: await valuesOf(parameters), history };
    expect(await inAnotherProcess()).toEqual(here);
    expect(await inAnotherProcess()).toEqual(here);
  });
});

describe("a layer with state and randomness", () => {
  it("keeps its state from step to step, also in f64, and leaves it alone when predicting", async () => {
    for (const dtype of ["f32", "f64"] as const) {
      const result = await fit(lineOptions({ model: noisyModel(), epochs: 5, dtype }));
      const count = async (): Promise<number> => (await result.state["noise/steps"]!.read())[0]!;
      expect(await count()).toBe(20);
      const inputs = [[0.1, 0.2]];
      const [first, again] = [result.predict(inputs), result.predict(inputs)];
      expect(await first.read()).toEqual(await again.read());
      expect(await count()).toBe(20);
    }
  });
});
