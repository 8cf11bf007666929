import { js } from "@nn/backend-js";
import { decode, type Json, type Metric, type Tensor } from "@nn/core";
import { describe, expect, it } from "vitest";
import { measure, plugins, type ReliabilityBin, type Values } from "../src/index.ts";
import reference from "./reference.json" with { type: "json" };

const backend = js();

/** The stored values are by scikit-learn, in double precision; see `origin` in the file. */
const tolerance = 1e-9;

interface Case {
  readonly metric: string;
  readonly options: { readonly [name: string]: Json };
  /** Positions in `arrays`. */
  readonly prediction: number;
  readonly target: number;
  readonly expected: number | readonly number[][];
}

/** Numbers of tables in one row; of bins, those that have examples. */
function flat(result: Json): number[] {
  if (typeof result === "number") return [result];
  const bins = result as unknown as readonly ReliabilityBin[];
  return (result as Json[]).flatMap((row, i) =>
    Array.isArray(row)
      ? (row as number[])
      : bins[i]!.count > 0
        ? [bins[i]!.count, bins[i]!.probability!, bins[i]!.frequency!]
        : [],
  );
}

const arrays = reference.arrays as readonly unknown[] as readonly Values[];

describe("figures of scikit-learn", () => {
  (reference.cases as readonly unknown[] as readonly Case[]).forEach((given, i) => {
    it(`${i}: ${given.metric} ${JSON.stringify(given.options)}`, async () => {
      const json: Json = { kind: `@nn/metrics#${given.metric}`, config: given.options };
      const metric = decode(json, plugins) as Metric<Tensor, Tensor, Json>;
      const [prediction, target] = [arrays[given.prediction], arrays[given.target]];
      const found = flat(await measure(metric, prediction!, target!, { backend }));
      const expected = flat(given.expected as Json);
      expect(found.length).toBe(expected.length);
      expected.forEach((value, at) =>
        expect(Math.abs(found[at]! - value), `is ${found[at]}, expected ${value}`).toBeLessThan(
          tolerance * Math.max(1, Math.abs(value)),
        ),
      );
    });
  });
});
