import * as tf from "@tensorflow/tfjs-core";
import { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { openDevice } from "../gpu.ts";

/** Opens TensorFlow.js's WebGPU backend on a device of ours; its own start-up takes the limits of phones. */
export async function openOnGpu() {
  const { device, info } = await openDevice();
  tf.registerBackend("own-webgpu", () => new WebGPUBackend(device, info));
  for (const kernel of tf.getKernelsForBackend("webgpu"))
    tf.registerKernel({ ...kernel, backendName: "own-webgpu" });
  await tf.setBackend("own-webgpu");
  await tf.ready();
}
