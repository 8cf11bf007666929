import path from "node:path";
import { expect, it } from "vitest";
import { runReadme } from "../../../tools/readme.ts";

it("shows examples that run and print what they say", async () => {
  const [first, ...others] = await runReadme(path.resolve(import.meta.dirname, ".."));
  expect(first).toBe("Float32Array(3) [ 0, 1, 4 ]\n0.408");
  expect(others).toEqual([""]);
});
