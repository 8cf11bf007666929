import path from "node:path";
import { expect, it } from "vitest";
import { runReadme } from "../../../tools/readme.ts";

it("shows examples that run and print what they say", async () => {
  const outputs = await runReadme(path.resolve(import.meta.dirname, ".."));
  expect(outputs).toEqual([
    [
      "true original",
      "30",
      "2 problems in the experiment:",
      "  /model/0/activation: there is no layer 'rleu'; did you mean 'relu'?",
      "  /optimizer/learningRate/epocs: @nn/optimizers#cosine has no option 'epocs'; did you mean 'epochs'?",
    ].join("\n"),
  ]);
});
