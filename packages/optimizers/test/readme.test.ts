import path from "node:path";
import { expect, it } from "vitest";
import { runReadme } from "../../../tools/readme.ts";

it("shows examples that run and print what they say", async () => {
  expect(await runReadme(path.resolve(import.meta.dirname, ".."))).toEqual(["true", ""]);
});
