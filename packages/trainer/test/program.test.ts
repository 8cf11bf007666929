import { type Operation, print, type Program } from "@nn/core";
import { describe, expect, it } from "vitest";
import { fit, stepProgram } from "../src/index.ts";
import { namesIn, spy, xorOptions } from "./support.ts";

function bodyOf(program: Program): readonly Operation[] {
  const scan = program.operations.find(({ primitive }) => primitive.name === "scan");
  return (scan!.params["body"] as Program).operations;
}

describe("the program of a training step", () => {
  it("shows forward pass, loss, backward pass and update, by layer", async () => {
    const program = (await stepProgram(xorOptions()))!;
    const listing = print(program);
    for (const path of [
      "0",
      "0/activation",
      "1",
      "loss",
      "backward/loss",
      "backward/1",
      "backward/0",
    ])
      expect(listing).toMatch(new RegExp(` ${path}$`, "m"));
    for (const path of ["0/weights", "0/bias", "1/weights", "1/bias"])
      expect(listing).toMatch(new RegExp(` update/${path}$`, "m"));
    const matmuls = bodyOf(program).filter(({ primitive }) => primitive.name === "matmul");
    expect(matmuls.map(({ path }) => path)).toEqual([
      "0",
      "1",
      "backward/1",
      "backward/1",
      "backward/0",
    ]);
  });

  it("is the same for any number of steps, but for their number", async () => {
    const { backend, compiled } = spy();
    await fit(xorOptions({ backend, epochs: 2000 }));
    const chunks = compiled.filter((program) => namesIn(program).includes("scan"));
    const lengths = chunks.map(
      ({ operations }) =>
        operations.find(({ primitive }) => primitive.name === "scan")!.params["length"],
    );
    expect(new Set(lengths).size).toBe(lengths.length);
    expect(new Set(chunks.map((chunk) => bodyOf(chunk).length)).size).toBe(1);
    expect(chunks.length).toBeGreaterThan(1);
  });
});

describe("fit", () => {
  it("runs every chunk of steps as one scan, and nothing else", async () => {
    const { backend, ran } = spy();
    let chunks = 0;
    const { steps } = await fit(
      xorOptions({ backend, epochs: 5000, callbacks: [{ progress: () => void chunks++ }] }),
    );
    const scans = ran.filter((program) => namesIn(program).includes("scan"));
    expect(scans.length).toBe(chunks);
    expect(
      scans.every((program) => namesIn(program).filter((name) => name === "scan").length === 1),
    ).toBe(true);
    const done = scans.map(
      ({ operations }) =>
        operations.find(({ primitive }) => primitive.name === "scan")!.params["length"] as number,
    );
    expect(done.reduce((sum, length) => sum + length, 0)).toBe(steps);
    // The first values and the starting points are computed once; the rest are chunks.
    expect(ran.length - scans.length).toBeLessThan(40);
  });

  it("compiles few programs, however many chunks there are", async () => {
    const { backend, compiled, ran } = spy();
    await fit(xorOptions({ backend, epochs: 30_000 }));
    const isChunk = (program: Program): boolean => namesIn(program).includes("scan");
    expect(ran.filter(isChunk).length).toBeGreaterThan(10);
    expect(compiled.filter(isChunk).length).toBeLessThan(10);
  });
});
