import { brokenLosses, lossChecks, runChecks, soundLoss, testLoss } from "@nn/testing";
import { describe, expect, it } from "vitest";

testLoss("a sound loss", soundLoss);

describe("testLoss rejects one where", () => {
  for (const { name, spec } of brokenLosses())
    it(name, async () => {
      const { failures } = await runChecks(lossChecks(spec));
      expect(failures).not.toHaveLength(0);
    });
});
