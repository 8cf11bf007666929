import type { Backend } from "@nn/core";
import { afterAll } from "vitest";
import { openDevice, type Device } from "../src/device.ts";
import { onDevice } from "../src/backend.ts";
import { webgpu } from "../src/index.ts";

/** Where Debian's chromium says that it brings a software GPU; for machines that have no other. */
export const softwareGpu = "/usr/lib/chromium/vk_swiftshader_icd.json";

// This works because every test file has a process to itself; worker threads would not pass it on.
process.env["VK_ICD_FILENAMES"] ??= softwareGpu;

/** A backend, and the device under it. Fails where there is none: nothing is skipped. */
export async function openOne(): Promise<{ backend: Backend; device: Device }> {
  const device = await openDevice(undefined, "high-performance");
  const backend = onDevice(device, { powerPreference: "high-performance" }, true, () => webgpu());
  return { backend, device };
}

/** One for all tests of a file. */
export async function open(): Promise<{ backend: Backend; device: Device }> {
  const one = await openOne();
  afterAll(() => one.backend.close?.());
  return one;
}

/** What the device holds for values. */
export function memory(device: Device): { values: number; bytes: number } {
  const { values, bytes } = device.memory();
  return { values, bytes };
}
