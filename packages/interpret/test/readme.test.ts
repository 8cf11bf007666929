import path from "node:path";
import { expect, it } from "vitest";
import { runReadme } from "../../../tools/readme.ts";

it("shows an example that runs and prints what it says", async () => {
  const [printed] = await runReadme(path.resolve(import.meta.dirname, ".."));
  expect(printed!.split("\n")).toEqual([
    "1.0",
    "area 89 %",
    "age 11 %",
    "number 0 %",
    "-0.9 from [ 0, 0.9 ]",
    "4 true",
  ]);
});
