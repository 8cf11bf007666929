import { add, type Callback, type Probe, square, sum } from "@nn/core";
import { describe, expect, it } from "vitest";
import { fit } from "../src/index.ts";
import { lineOptions } from "./support.ts";

const norm = (changes: Partial<Probe> = {}): Probe => ({
  name: "norm",
  every: 1,
  measure: ({ gradients }) =>
    Object.values(gradients)
      .map((gradient) => sum(square(gradient)))
      .reduce((a, b) => add(a, b)),
  ...changes,
});

describe("probes", () => {
  it("are taken every so many steps, and told of until the next time", async () => {
    const seen: (number | undefined)[] = [];
    const watch: Callback = {
      probes: [norm({ every: 6 })],
      epoch: ({ probes }) => void seen.push(probes["norm"]),
    };
    await fit(lineOptions({ epochs: 5, callbacks: [watch] }));
    expect(seen.map((value) => value === seen[0])).toEqual([true, false, false, false, false]);
    expect(seen[2]).toBe(seen[1]);
    expect(new Set(seen).size).toBe(4);
  });

  it.each([
    [[norm(), norm()], "fit: every probe needs a name of its own, got norm, norm"],
    [
      [norm({ every: 0 })],
      "fit: the probe 'norm' must be taken every so many steps, from 1, got 0",
    ],
    [
      [norm({ measure: ({ parameters }) => parameters["weights"]! })],
      "fit: probe/norm: measure() must give one number a step, got f32[2,1]",
    ],
  ])("are refused: case %#", async (probes, message) => {
    const callbacks = probes.map((probe): Callback => ({ probes: [probe] }));
    await expect(fit(lineOptions({ callbacks }))).rejects.toThrow(message);
  });
});
