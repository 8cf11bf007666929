import * as tf from "@tensorflow/tfjs-core";
import { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { openAdapter } from "../gpu.ts";

/** Opens TensorFlow.js's WebGPU backend on Node's `webgpu`, with the limits of the adapter: by itself it takes phones'. */
export async function openOnGpu() {
  const adapter = await openAdapter();
  const names = ["maxBufferSize", "maxStorageBufferBindingSize", "maxComputeWorkgroupStorageSize"];
  const more = ["maxComputeInvocationsPerWorkgroup", "maxComputeWorkgroupSizeX"];
  const requiredLimits = Object.fromEntries(
    [...names, ...more].map((name) => [name, adapter.limits[name]]),
  );
  const device = await adapter.requestDevice({ requiredLimits });
  tf.registerBackend("own-webgpu", () => new WebGPUBackend(device, adapter.info));
  for (const kernel of tf.getKernelsForBackend("webgpu"))
    tf.registerKernel({ ...kernel, backendName: "own-webgpu" });
  await tf.setBackend("own-webgpu");
  await tf.ready();
}
