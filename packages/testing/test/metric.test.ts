import { brokenMetrics, metricChecks, runChecks, soundMetric, testMetric } from "@nn/testing";
import { describe, expect, it } from "vitest";

testMetric("a sound metric", soundMetric);

describe("testMetric rejects one where", () => {
  for (const { name, spec } of brokenMetrics())
    it(name, async () => {
      const { failures } = await runChecks(metricChecks(spec));
      expect(failures).not.toHaveLength(0);
    });
});
