import type { Backend } from "@nn/core";
import { keepsNonFinite, onDevice } from "./backend.ts";
import { openDevice } from "./device.ts";

/** How `webgpu` finds its GPU. */
export interface WebGpuOptions {
  /** Which GPU to ask for where there are several; default `"high-performance"`. */
  readonly powerPreference?: "high-performance" | "low-power";
  /** Another source of adapters than `navigator.gpu` and Node's `webgpu` package. */
  readonly gpu?: { requestAdapter(options?: object): Promise<object | null> };
}

/**
 * Opens a WebGPU device and resolves to a backend on it. TensorFlow.js, whose kernels it uses, is loaded by this call.
 *
 * ```ts
 * const backend = await webgpu();
 * const x = tensor(backend, [1, 2, 3]);
 * console.log(await mul(x, 2).read());
 * await backend.close?.();
 * ```
 */
export async function webgpu(options: WebGpuOptions = {}): Promise<Backend> {
  const { powerPreference = "high-performance", gpu } = options;
  const device = await openDevice(gpu, powerPreference);
  return onDevice(device, { powerPreference }, await keepsNonFinite(device));
}
