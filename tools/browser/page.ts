import { answer, inWorker, isWorker } from "./in-worker.ts";
import type { Setting } from "./settings.ts";
import { runTests, type Results } from "./vitest.ts";
import { declareTests } from "./wasm.ts";
import { declarePoolTests } from "./workers.ts";

/** The program of the page and of the worker that it starts. */
declare global {
  /** Runs the tests of a setting, here or in a worker; called from outside of the page. */
  var runSetting: (setting: Setting) => Promise<Results>;
}

globalThis.runSetting = async (setting) => {
  if (setting.place === "worker" && !isWorker) return inWorker(setting);
  declareTests(setting);
  // Once for every kind of page and place.
  if (setting.numerics === "strict" && (setting.threads === 1 || !setting.isIsolated))
    declarePoolTests(setting);
  return runTests();
};

if (isWorker) answer(globalThis.runSetting);
