import path from "node:path";
import { expect, it } from "vitest";
import { runReadme } from "../../../tools/readme.ts";

it("shows examples that run and print what they say", async () => {
  const [first, ...others] = await runReadme(path.resolve(import.meta.dirname, ".."));
  expect(first).toBe("2.000");
  expect(others).toEqual(["", ""]);
});
