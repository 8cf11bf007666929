import path from "node:path";
import { expect, it } from "vitest";
import { runReadme } from "../../../tools/readme.ts";

it("shows examples that run and print what they say", async () => {
  const [first, ...others] = await runReadme(path.resolve(import.meta.dirname, ".."));
  expect(first).toBe("0.9486\n0.75\n0.8333333333333334\n[ [ 1, 0 ], [ 1, 2 ] ]");
  expect(others).toEqual([""]);
});
