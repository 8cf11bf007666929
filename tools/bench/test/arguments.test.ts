import { expect, it } from "vitest";
import { parseArguments } from "../arguments.ts";

const choices = { workloads: ["xor", "kc", "mlp"], backends: ["wasm", "js"] };
const parse = (...args: string[]) => parseArguments(args, choices);

it("measures everything of ours, and no peers, where nothing is asked for", () => {
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
  expect(() => parse("mnist")).toThrow("bench: there is no workload 'mnist', only xor, kc, mlp");
  expect(() => parse("--backend", "cuda")).toThrow("there is no backend 'cuda', only wasm, js");
  expect(() => parse("--rounds", "0")).toThrow("--rounds must be a whole number from 1, got 0");
  expect(() => parse("--threads", "two")).toThrow("--threads must be a whole number from 1");
});
