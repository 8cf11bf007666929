import { add, div, jit, mul, tensor, type Backend, type Tensor } from "@nn/core";
import { onDevice, type OpenBackend, type WebGpuBackend } from "./backend.ts";
import { configOf } from "./config.ts";
import { openDevice, type Internals } from "./open-device.ts";

/** How `webgpu` finds its GPU, and stores what programs compute on the way. */
export interface WebGpuOptions {
  /** Which GPU to ask for where there are several; default `"high-performance"`. */
  readonly powerPreference?: "high-performance" | "low-power";
  /**
   * How programs store large values on the way; default `"f32"`. With `"f16"` they take half the memory, and are
   * rounded to one part in 2,048. Any device can do that. What goes in, comes out, or is carried by a loop stays exact.
   */
  readonly storage?: "f32" | "f16";
  /** Another source of adapters than `navigator.gpu` and Node's `webgpu` package. */
  readonly gpu?: { requestAdapter(options?: object): Promise<object | null> };
}

/**
 * Opens a WebGPU device and resolves to a backend on it. TensorFlow.js, whose product of matrices it uses on a real GPU,
 * is loaded by this call.
 *
 * ```ts
 * const backend = await webgpu();
 * const x = tensor(backend, [1, 2, 3]);
 * console.log(await mul(x, 2).read());
 * await backend.close?.();
 * ```
 */
export async function webgpu(options: WebGpuOptions = {}): Promise<WebGpuBackend> {
  return (await openBackend(options)).backend;
}

/** The same as `webgpu`, with settings that only tests need, and the device. */
export async function openBackend(
  options: WebGpuOptions = {},
  internals: Internals = {},
): Promise<OpenBackend> {
  const config = configOf(options);
  const device = await openDevice(options.gpu, config.powerPreference, internals);
  const open = (nonFinite: boolean): WebGpuBackend =>
    onDevice(device, config, nonFinite, () => openBackend(options, internals));
  try {
    const backend = open(true);
    return { device, backend: (await keepsNonFinite(backend)) ? backend : open(false) };
  } catch (error) {
    device.close();
    throw error;
  }
}

/** WGSL lets a device take NaN and the infinities for impossible, so this one is asked. */
async function keepsNonFinite(backend: Backend): Promise<boolean> {
  using a = tensor(backend, [Infinity, 1, -1, 0, NaN]);
  using b = tensor(backend, [0, Infinity, 0, 0, 1]);
  const results = jit((a: Tensor, b: Tensor) => [mul(a, b), div(a, b), add(a, b)])(a, b);
  const found = await Promise.all(results.map((result) => result.read()));
  for (const result of results) result.dispose();
  const wanted = "NaN,Infinity,0,0,NaN Infinity,0,-Infinity,NaN,NaN Infinity,Infinity,-1,0,NaN";
  return found.join(" ") === wanted;
}
