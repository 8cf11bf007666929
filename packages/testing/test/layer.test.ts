import { brokenLayers, layerChecks, runChecks, soundLayer, testLayer } from "@nn/testing";
import { describe, expect, it } from "vitest";

testLayer("a layer with a parameter, state and noise", soundLayer);

describe("testLayer rejects a layer where", () => {
  for (const { name, spec } of brokenLayers())
    it(name, async () => {
      const { failures } = await runChecks(layerChecks(spec));
      expect(failures).not.toHaveLength(0);
    });
});
