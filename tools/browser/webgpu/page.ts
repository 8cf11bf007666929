import { webgpu } from "@nn/backend-webgpu";
import { testBackend } from "@nn/testing";
import { answer, inWorker, isWorker } from "../in-worker.ts";
import { runTests, type Results } from "../vitest.ts";
import { declareTraining } from "./training.ts";

/** The program of a page that runs the conformance kit and trains on the page's GPU, and of a worker that trains. */
declare global {
  /** Runs the kit and trains. All are called from outside of the page, and fail where there is no adapter. */
  var runOnGpu: () => Promise<Results>;
  /** Trains in a worker. */
  var runInWorker: () => Promise<Results>;
  /** What opening a device says where there is none. */
  var failToOpen: () => Promise<string>;
}

globalThis.runOnGpu = () => {
  declareTraining("a page");
  testBackend("@nn/backend-webgpu", () => webgpu());
  return runTests();
};

globalThis.runInWorker = () => inWorker("train");

globalThis.failToOpen = () =>
  webgpu().then(
    () => "a device was opened",
    (error: unknown) => String(error),
  );

if (isWorker)
  answer(() => {
    declareTraining("a worker");
    return runTests();
  });
