import { backendChecks, brokenBackends, referenceBackend, runChecks } from "@nn/testing";
import { describe, expect, it } from "vitest";

describe("testBackend rejects a backend where", () => {
  for (const { name, make } of brokenBackends(() => referenceBackend()))
    it(name, { timeout: 60_000 }, async () => {
      const { failures } = await runChecks(backendChecks(make), { stopAtFirst: true });
      expect(failures).not.toHaveLength(0);
    });
});
