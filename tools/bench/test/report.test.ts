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

const counted: readonly Result[] = [
  {
    workload: { name: "mlp-large", title: "784-4096-4096-10" },
    flopsPerStep: 465_943_134_208,
    rows: {
      webgpu: {
        ...summarize(ours, ours),
        throughput: { tflops: 20.123, ofProduct: 0.7654, ofPeak: 0.00321 },
      },
      "torch-cuda": { missing: "no GPU" },
      "tiled-wgsl": {
        ...summarize([measurement(617, { relativeError: 9.26e-7 })], ours),
        throughput: { tflops: 0.000342 },
      },
    },
  },
];

it("shows what is computed, and its shares, as far as they are known", () => {
  const [title, head, first, second, third] = toText(counted).split("\n");
  expect(title).toBe("mlp-large: 784-4096-4096-10, 465.9 GFLOP a step");
  expect(head).toMatch(/losses ± +TFLOP\/s +of product +of peak$/);
  expect(first).toMatch(/^webgpu +1,234 .* 20\.1 +76\.5 % +0\.32 %  Node 20\.19\.0$/);
  expect(second).toMatch(/^torch-cuda +missing: no GPU$/);
  expect(third).toMatch(/^tiled-wgsl +617 .* 0\.000342 +unknown +unknown  .*, off by 9e-7$/);
});

it("puts throughput beside the other figures in JSON", () => {
  const { webgpu } = JSON.parse(toJson(counted))["mlp-large"];
  expect(webgpu).toMatchObject({ usPerStep: 1234, tflops: 20.123, ofProduct: 0.7654 });
  expect(webgpu).not.toHaveProperty("throughput");
});

it("has columns for throughput in a README where anything has it, and leaves them empty elsewhere", () => {
  const [, details] = toMarkdown([...results, ...counted]).split("\n\n");
  const rows = details!.split("\n").map((line) => line.split(" | "));
  expect(rows[0]!.slice(-3)).toEqual(["TFLOP/s", "of product", "of peak |"]);
  expect(rows.every((row) => row.length === rows[0]!.length)).toBe(true);
  expect(rows.find(([name, who]) => name === "| kc" && who === "js")!.slice(-3)).toEqual([
    "",
    "",
    " |",
  ]);
});
