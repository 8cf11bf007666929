import {
  brokenOptimizers,
  optimizerChecks,
  runChecks,
  soundOptimizer,
  testOptimizer,
} from "@nn/testing";
import { describe, expect, it } from "vitest";

testOptimizer("a rule with velocity", soundOptimizer);

describe("testOptimizer rejects a rule where", () => {
  for (const { name, spec } of brokenOptimizers())
    it(name, async () => {
      const { failures } = await runChecks(optimizerChecks(spec));
      expect(failures).not.toHaveLength(0);
    });
});
