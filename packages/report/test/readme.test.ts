import path from "node:path";
import { expect, it } from "vitest";
import { runReadme } from "../../../tools/readme.ts";

it("shows examples that run and print what they say", async () => {
  const [first, second] = await runReadme(path.resolve(import.meta.dirname, ".."));
  expect(first).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
  expect(second).toBe("true");
});
