import { webgpu } from "@nn/backend-webgpu";
import { testBackend } from "@nn/testing";
import { runTests, type Results } from "../vitest.ts";

/** The program of a page that runs the conformance kit on the page's GPU. */
declare global {
  /** Called from outside of the page. Fails where there is no adapter. */
  var runOnGpu: () => Promise<Results>;
}

globalThis.runOnGpu = async () => {
  testBackend("@nn/backend-webgpu", () => webgpu());
  return runTests();
};
