import path from "node:path";
import { expect, it } from "vitest";
import { runReadme } from "../../../tools/readme.ts";

it("shows examples that run and print what they say", async () => {
  expect(await runReadme(path.resolve(import.meta.dirname, ".."))).toEqual([
    "[ 1, 3, 4, 1 ]\nFloat32Array(4) [ 5, 7, 13, 15 ]",
  ]);
});
