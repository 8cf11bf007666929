import * as tf from "@tensorflow/tfjs";
import { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { countDispatches } from "../dispatches.ts";
import { contest } from "../task.ts";
import { measureBlocks } from "./blocks.ts";
import { prepareTraining } from "./tfjs-training.mjs";

/** TensorFlow.js on its WebGPU backend, through Node's `webgpu` package. */
await contest(async (task) => {
  const dispatches = await countDispatches();
  const { device, info } = await openDevice();
  // Its own start-up takes the limits of phones.
  tf.registerBackend("own-webgpu", () => new WebGPUBackend(device, info));
  for (const kernel of tf.getKernelsForBackend("webgpu"))
    tf.registerKernel({ ...kernel, backendName: "own-webgpu" });
  await tf.setBackend("own-webgpu");
  await tf.ready();
  let first;
  let last;
  let steps = 0;
  const measurement = await measureBlocks(task, () => {
    const training = prepareTraining(task);
    const run = async (count) => {
      await training.run(count);
      steps += count;
      last = { steps, dispatches: dispatches() };
      first ??= last;
    };
    return { ...training, run };
  });
  const perStep = (last.dispatches - first.dispatches) / (last.steps - first.steps);
  return { ...measurement, dispatchesPerStep: perStep };
});

/** A device with the limits of its adapter. tfjs's constructor insists on a `navigator.gpu`, which Node lacks. */
async function openDevice() {
  const { create, globals } = await import("webgpu");
  Object.assign(globalThis, globals);
  const gpu = create([]);
  Object.defineProperty(globalThis, "navigator", { value: { gpu }, configurable: true });
  const adapter = await gpu.requestAdapter({ powerPreference: "high-performance" });
  if (!adapter) throw new Error("no GPU adapter was found; see @nn/backend-webgpu");
  const names = ["maxBufferSize", "maxStorageBufferBindingSize", "maxComputeWorkgroupStorageSize"];
  const more = ["maxComputeInvocationsPerWorkgroup", "maxComputeWorkgroupSizeX"];
  const requiredLimits = Object.fromEntries(
    [...names, ...more].map((name) => [name, adapter.limits[name]]),
  );
  return { device: await adapter.requestDevice({ requiredLimits }), info: adapter.info };
}
