import { expect, it } from "vitest";
import { peakOf } from "../peaks.ts";

it("knows a GPU by its adapter's name", () => {
  expect(peakOf("nvidia hopper nvidia-h200 NVIDIA: 580.1", undefined)?.tflops).toBe(67);
  expect(peakOf("nvidia hopper NVIDIA H100 PCIe", undefined)?.tflops).toBe(51);
  expect(peakOf("nvidia hopper nvidia-h200-nvl", undefined)?.tflops).toBe(60);
  expect(peakOf("nvidia ada nvidia-l40s", undefined)?.tflops).toBe(91.6);
});

it("does not guess what it does not know", () => {
  expect(peakOf("google swiftshader SwiftShader driver 5.0.0", undefined)).toBeUndefined();
  expect(peakOf("nvidia ada nvidia-l40", undefined)).toBeUndefined();
  expect(peakOf(undefined, undefined)).toBeUndefined();
});

it("believes its user first", () => {
  expect(peakOf("nvidia-h200", 66.9)).toEqual({ tflops: 66.9, source: "--peak-tflops" });
  expect(peakOf(undefined, 10)?.tflops).toBe(10);
});
