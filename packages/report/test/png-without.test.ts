import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, it, vi } from "vitest";
import { curves } from "../src/index.ts";
import { writePng } from "../src/node.ts";

vi.mock("@resvg/resvg-wasm", () => {
  throw new Error("Cannot find package");
});

it("says how to get what draws PNGs where it is not installed", async () => {
  const file = path.join(tmpdir(), `nn-${process.pid}.png`);
  await expect(
    writePng(file, curves([{ history: { loss: [2, 1] } }], { figure: "loss" })),
  ).rejects.toThrow("install it with: npm install @resvg/resvg-wasm");
  expect(existsSync(file)).toBe(false);
});
