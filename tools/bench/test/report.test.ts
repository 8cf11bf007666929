import { expect, it } from "vitest";
import { type Result, toJson, toMarkdown, toText } from "../report.ts";
import { summarize } from "../statistics.ts";
import { kc } from "../workloads/kc.ts";
import { measurement } from "./measurements.ts";

const ours = [measurement(1234)];
const results: readonly Result[] = [
  {
    workload: kc,
    rows: {
      wasm: { missing: "not built" },
      js: { ...summarize(ours, ours), lossDifference: 2.6e-8 },
      pytorch: summarize([measurement(617, { version: "PyTorch 1.13.0", threads: 1 })], ours),
    },
  },
];

it("prints one object by workload and contestant as JSON", () => {
  expect(JSON.parse(toJson(results))).toEqual({
    kc: {
      wasm: { missing: "not built" },
      js: {
        usPerStep: 1234,
        fastest: 1234,
        slowest: 1234,
        ratio: 1,
        compileMs: 123.4,
        startMs: 200,
        peakMemoryMiB: 80,
        version: "Node 20.19.0",
        lossDifference: 2.6e-8,
      },
      pytorch: expect.objectContaining({ usPerStep: 617, ratio: 0.5, threads: 1 }),
    },
  });
  expect(toJson(results)).not.toContain("\n");
});

it("says in text what is missing and why", () => {
  const lines = toText(results).split("\n");
  expect(lines[0]).toBe("kc: 34-16×8-1 ReLU, batch 128, momentum");
  expect(lines[2]).toMatch(/^wasm +missing: not built$/);
  expect(lines[3]).toMatch(/^js +1,234 .* 1\.00 .* 3e-8 +Node 20\.19\.0$/);
  expect(lines[4]).toMatch(/^pytorch +617 .* 0\.50 .* PyTorch 1\.13\.0, 1 thread$/);
});

it("prints tables for a README", () => {
  const [figures] = toMarkdown(results).split("\n\n");
  expect(figures).toBe(
    [
      "| µs per step | wasm | js | pytorch |",
      "| --- | --- | --- | --- |",
      "| `kc` 34-16×8-1 ReLU, batch 128, momentum | – | 1,234 | 617 (0.50×) |",
    ].join("\n"),
  );
});
