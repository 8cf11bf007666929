import path from "node:path";
import { expect, it } from "vitest";
import { runReadme } from "../../../tools/readme.ts";

it("shows examples that run and print what they say", async () => {
  const outputs = await runReadme(path.resolve(import.meta.dirname, ".."));
  expect(outputs).toEqual(["true\n1.0", ""]);
});
