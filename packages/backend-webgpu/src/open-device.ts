import { Device } from "./device.ts";
import { openGpu, type GpuSource } from "./gpu.ts";
import { SLOW } from "./meter.ts";
import { loadProducts } from "./tfjs.ts";

/** From so many multiplications on, products are left to TensorFlow.js on a real GPU. */
const LARGE_PRODUCT = 2 ** 27;

/** What tests set besides. */
export interface Internals {
  /** From how many multiplications on products are TensorFlow.js's; default: on a GPU, where its kernel is faster. */
  readonly largeProduct?: number;
  /** What a slow device does, which this one is taken for until it is measured. */
  readonly operationsPerMs?: number;
}

/**
 * Opens a device. Where it is a GPU, TensorFlow.js is loaded, for large products; on software its product was measured
 * to take four to nine times as long as ours.
 */
export async function openDevice(
  source: GpuSource | undefined,
  powerPreference: string,
  { largeProduct, operationsPerMs = SLOW }: Internals = {},
): Promise<Device> {
  const opened = await openGpu(source, powerPreference);
  const from = largeProduct ?? (opened.isSoftware ? Infinity : LARGE_PRODUCT);
  if (from === Infinity) return new Device(opened, operationsPerMs);
  try {
    const record = await loadProducts(opened.device.limits);
    return new Device(opened, operationsPerMs, { from, record });
  } catch (error) {
    opened.device.destroy();
    throw error;
  }
}
