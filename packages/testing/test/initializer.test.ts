import {
  brokenInitializers,
  initializerChecks,
  runChecks,
  soundInitializer,
  testInitializer,
} from "@nn/testing";
import { describe, expect, it } from "vitest";

testInitializer("a sound initializer", soundInitializer);

describe("testInitializer rejects one where", () => {
  for (const { name, spec } of brokenInitializers())
    it(name, async () => {
      const { failures } = await runChecks(initializerChecks(spec));
      expect(failures).not.toHaveLength(0);
    });
});
