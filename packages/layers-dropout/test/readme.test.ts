import path from "node:path";
import { expect, it } from "vitest";
import { runReadme } from "../../../tools/readme.ts";

it("shows examples that run and print what they say", async () => {
  const [first, ...others] = await runReadme(path.resolve(import.meta.dirname, ".."));
  expect(first?.split("\n")).toEqual([
    "Float32Array(6) [ 0, 2, 2, 0, 0, 0 ]",
    "Float32Array(6) [ 1, 1, 1, 1, 1, 1 ]",
  ]);
  expect(others).toEqual([""]);
});
