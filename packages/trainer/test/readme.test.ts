import path from "node:path";
import { expect, it } from "vitest";
import { runReadme } from "../../../tools/readme.ts";

it("shows examples that run and print what they say", async () => {
  const [first, data, files, ...others] = await runReadme(path.resolve(import.meta.dirname, ".."));
  expect(first).toBe("1.0");
  expect(data!.split("\n").map((line) => line.split(";")[0])).toEqual([
    "warning: fee (up to 2000): far from a scale of 1",
    "warning: fee gives away the class",
  ]);
  expect(files).toBe("true");
  expect(others).toEqual([""]);
});
