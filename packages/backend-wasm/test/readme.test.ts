import { expect, it } from "vitest";
import { runReadme } from "../../../tools/readme.ts";

it("shows an example that runs and prints what it says", async () => {
  expect(await runReadme(new URL("..", import.meta.url).pathname)).toEqual(["[ 0, 1, 1, 0 ]"]);
});
