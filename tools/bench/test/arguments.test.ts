import { expect, it } from "vitest";
import { parseArguments } from "../arguments.ts";

const choices = {
  workloads: ["xor", "kc", "mlp"],
  gpuWorkloads: ["mlp-large", "products"],
  backends: ["wasm", "js", "webgpu"],
  usualBackends: ["wasm", "js"],
};
const parse = (...args: string[]) => parseArguments(args, choices);

it("measures all that is usual of ours, and no peers, where nothing is asked for", () => {
  expect(parse()).toEqual({
    workloads: ["xor", "kc", "mlp"],
    backends: ["wasm", "js"],
    peers: false,
    check: false,
    format: "text",
    rounds: 5,
    threads: undefined,
    quick: false,
    build: true,
    size: 4096,
    peakTflops: undefined,
  });
});

it("keeps the order of the tables, whatever the order of the names", () => {
  expect(parse("kc", "xor").workloads).toEqual(["xor", "kc"]);
});

it("takes backends one by one and separated by commas", () => {
  expect(parse("--backend", "js").backends).toEqual(["js"]);
  expect(parse("--backend", "js", "--backend", "wasm").backends).toEqual(["wasm", "js"]);
  expect(parse("--backend=js,wasm").backends).toEqual(["wasm", "js"]);
});

it("does one round when it has to be quick, unless it is told a number", () => {
  expect(parse("--quick").rounds).toBe(1);
  expect(parse("--quick", "--rounds", "3").rounds).toBe(3);
});

it("prints text, JSON or Markdown", () => {
  expect(parse("--json").format).toBe("json");
  expect(parse("--markdown").format).toBe("markdown");
  expect(() => parse("--json", "--markdown")).toThrow("exclude each other");
});

it("names what there is instead of what there is not", () => {
  expect(() => parse("mnist")).toThrow(
    "bench: there is no workload 'mnist', only xor, kc, mlp, mlp-large, products",
  );
  expect(() => parse("--backend", "cuda")).toThrow(
    "there is no backend 'cuda', only wasm, js, webgpu",
  );
  expect(() => parse("--rounds", "0")).toThrow("--rounds must be a whole number from 1, got 0");
  expect(() => parse("--threads", "two")).toThrow("--threads must be a whole number from 1");
});

it("measures what is for a GPU where it is named, on a GPU", () => {
  const { workloads } = parse("products", "mlp-large", "kc", "--backend", "webgpu");
  expect(workloads).toEqual(["kc", "mlp-large", "products"]);
  expect(parse("--backend", "webgpu").workloads).toEqual(["xor", "kc", "mlp"]);
  const message = "bench: mlp-large is for a GPU; add --backend webgpu";
  expect(() => parse("mlp-large")).toThrow(message);
  expect(() => parse("mlp-large", "--backend", "wasm,js")).toThrow(message);
});

it("takes sizes that consist of whole tiles, small ones when it has to be quick", () => {
  expect(parse("--quick").size).toBe(256);
  expect(parse("--quick", "--size", "1024").size).toBe(1024);
  for (const size of ["0", "-128", "100", "512.5", "NaN", "1e400", "large", ""])
    expect(() => parse(`--size=${size}`)).toThrow(
      `bench: --size must be a multiple of 128, got ${size}`,
    );
});

it("takes a peak that a device can have", () => {
  expect(parse("--peak-tflops", "19.5").peakTflops).toBe(19.5);
  for (const peak of ["0", "-1", "NaN", "Infinity", "much", ""])
    expect(() => parse(`--peak-tflops=${peak}`)).toThrow(
      `bench: --peak-tflops must be a number above 0, got ${peak}`,
    );
});
