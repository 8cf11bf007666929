import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { jsonOf, newPlace, type Place } from "./support.ts";

const commands = [
  "init",
  "train",
  "evaluate",
  "predict",
  "explain",
  "report",
  "compare",
  "rerun",
  "doctor",
];

let place: Place;

beforeAll(() => {
  place = newPlace();
});
afterAll(() => place.remove());

describe("help", () => {
  it("lists all commands, with exit codes and how to begin", async () => {
    const { code, out, error } = await place.nn(["--help"]);
    expect([code, error]).toEqual([0, ""]);
    for (const command of commands) expect(out).toMatch(new RegExp(`^  ${command} .+\\S`, "m"));
    for (const part of [
      "0 done",
      "1 failed",
      "2 wrong use",
      "130 interrupted",
      "$ nn init ",
      "NN_DEBUG=1",
    ])
      expect(out).toContain(part);
    expect(Math.max(...out.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it("of each command has examples that are commands, and its options", async () => {
    for (const command of commands) {
      const { code, out } = await place.nn([command, "--help"]);
      expect(code).toBe(0);
      expect(out).toContain(`Usage: nn ${command} `);
      const [, examples = ""] = out.split("Examples:\n");
      expect(examples.trim()).not.toBe("");
      for (const line of examples.trim().split("\n")) {
        expect(line.trim()).toMatch(new RegExp(`^\\$ nn ${command}\\b`));
        for (const [flag] of line.replace(/\|.*/, "").matchAll(/ --[a-z]+/g))
          expect(out).toMatch(new RegExp(`^ +(-\\w, )?${flag.trim()}\\b`, "m"));
      }
      expect(out).toContain("--json");
      expect(Math.max(...out.split("\n").map((line) => line.length))).toBeLessThanOrEqual(120);
    }
  });

  it("of a command that there is not says so", async () => {
    const { code, error } = await place.nn(["help", "trian"]);
    expect([code, error]).toEqual([2, "nn: there is no command 'trian'; nn --help lists them\n"]);
  });

  it("has a version", async () => {
    const { code, out } = await place.nn(["--version"]);
    expect([code, out]).toEqual([0, expect.stringMatching(/^\d+\.\d+\.\d+\n$/)]);
  });
});

describe("nn doctor", () => {
  it("says what works here, and that all that is needed does", async () => {
    const { code, out } = await place.nn(["doctor"]);
    expect(code).toBe(0);
    expect(out).toMatch(/^backend js +works$/m);
    expect(out).toMatch(/^backend wasm, SIMD +works$/m);
    expect(out).toMatch(
      /^backend webgpu +no: @nn\/backend-webgpu is not installed in this project$/m,
    );
    expect(out).toMatch(/^@nn\/core +\d+\.\d+\.\d+$/m);
    const json = jsonOf(await place.nn(["doctor", "--json"]));
    expect(json).toMatchObject({
      fine: true,
      machine: { node: process.versions.node, cores: expect.any(Number) },
    });
  });
});
