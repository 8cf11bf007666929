import { expect, it } from "vitest";
import { runReadme } from "../../../tools/readme.ts";

it("shows examples that run and print what they say", async () => {
  const [first, ...others] = await runReadme(new URL("..", import.meta.url).pathname);
  expect(Number(first)).toBeCloseTo(2, 5);
  expect(others).toEqual(["", "", ""]);
});
