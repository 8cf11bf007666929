import path from "node:path";
import { expect, it } from "vitest";
import { runReadme } from "../../../tools/readme.ts";

it("shows an example that runs and prints what it says", async () => {
  const [printed] = await runReadme(path.resolve(import.meta.dirname, ".."));
  expect(printed!.split("\n")).toEqual([
    "0.99",
    "area 49 %",
    "age 37 %",
    "place 14 %",
    "number 0 %",
    "[ 276758, 113162 ] for [ 0, 90 ]",
    "area 0.54",
  ]);
});
