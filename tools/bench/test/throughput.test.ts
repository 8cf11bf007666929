import { expect, it } from "vitest";
import type { Result, Row } from "../report.ts";
import { summarize } from "../statistics.ts";
import { explainShares, withThroughput } from "../throughput.ts";
import { measurement } from "./measurements.ts";

const row = (usPerStep: number): Row => {
  const rounds = [measurement(usPerStep)];
  return summarize(rounds, rounds);
};
const peak = { tflops: 50, source: "its data sheet" };
const large: Result = {
  workload: { name: "mlp-large", title: "a large one" },
  flopsPerStep: 4e11,
  rows: { webgpu: row(25_000), "torch-cuda": { missing: "no GPU" } },
};
const products: Result = {
  workload: { name: "products", title: "of matrices" },
  flopsPerStep: 1e11,
  rows: { webgpu: row(8000), "tfjs-webgpu": row(6250), "tiled-wgsl": row(5000) },
};

it("compares with the better product of others, and with the peak", () => {
  const [first, second] = withThroughput([large, products], peak);
  expect(first!.rows["webgpu"]!.throughput).toEqual({ tflops: 16, ofProduct: 0.8, ofPeak: 0.32 });
  expect(second!.rows["webgpu"]!.throughput).toEqual({
    tflops: 12.5,
    ofProduct: 0.625,
    ofPeak: 0.25,
  });
  expect(second!.rows["tfjs-webgpu"]!.throughput!.ofProduct).toBe(0.8);
  expect(second!.rows["tiled-wgsl"]!.throughput!.ofProduct).toBe(1);
  expect(first!.rows["torch-cuda"]).toEqual({ missing: "no GPU" });
});

it("compares with the one product that there is", () => {
  const rows = { ...products.rows, "tiled-wgsl": { missing: "wrong" } };
  const results = [large, { ...products, rows }];
  const [first] = withThroughput(results, undefined);
  expect(first!.rows["webgpu"]!.throughput).toEqual({ tflops: 16, ofProduct: 1 });
  expect(explainShares(results, undefined)[0]).toBe(
    "of product: the 16.0 TFLOP/s of tfjs-webgpu, the only one there is of tfjs-webgpu and tiled-wgsl",
  );
});

it("leaves shares out that it does not know, and workloads whose operations nobody counted", () => {
  const [first] = withThroughput([large], undefined);
  expect(first!.rows["webgpu"]!.throughput).toEqual({ tflops: 16 });
  const uncounted: Result = { workload: large.workload, rows: large.rows };
  expect(withThroughput([uncounted], peak)).toEqual([uncounted]);
});

it("says what the shares are shares of", () => {
  expect(explainShares([large, products], peak)).toEqual([
    "of product: the 20.0 TFLOP/s of tiled-wgsl, the better one of tfjs-webgpu and tiled-wgsl",
    "of peak: 50 TFLOP/s (its data sheet)",
  ]);
  expect(explainShares([large], undefined)).toEqual([
    "of product: unknown without tfjs-webgpu or tiled-wgsl; name the workload products, too",
    "of peak: unknown; --peak-tflops says how much it can do",
  ]);
  const rows = { "tfjs-webgpu": { missing: "wrong" }, "tiled-wgsl": { missing: "wrong" } };
  expect(explainShares([large, { ...products, rows }], peak)[0]).toBe(
    "of product: unknown without tfjs-webgpu or tiled-wgsl; see why they are missing",
  );
});
