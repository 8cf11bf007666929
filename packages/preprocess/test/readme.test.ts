import path from "node:path";
import { expect, it } from "vitest";
import { runReadme } from "../../../tools/readme.ts";

it("shows examples that run and print what they say", async () => {
  const [first, second] = await runReadme(path.resolve(import.meta.dirname, ".."));
  expect(first).toBe("4 0.217\n311191\n@nn/preprocess#fittedPipeline 4");
  expect(second).toBe("[ 'x' ]");
});
