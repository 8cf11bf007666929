import { afterAll } from "vitest";
import type { OpenBackend } from "../src/backend.ts";
import type { Device } from "../src/device.ts";
import type { Internals } from "../src/open-device.ts";
import { openBackend } from "../src/webgpu.ts";

/** Where Debian's chromium says that it brings a software GPU; for machines that have no other. */
export const softwareGpu = "/usr/lib/chromium/vk_swiftshader_icd.json";

// This works because every test file has a process to itself; worker threads would not pass it on.
process.env["VK_ICD_FILENAMES"] ??= softwareGpu;

/** A backend, and the device under it. Fails where there is none: nothing is skipped. */
export function openOne(internals?: Internals): Promise<OpenBackend> {
  return openBackend({}, internals);
}

/** One for all tests of a file. */
export async function open(internals?: Internals): Promise<OpenBackend> {
  const one = await openOne(internals);
  afterAll(() => one.backend.close?.());
  return one;
}

/** What the device holds for values. */
export function memory(device: Device): { values: number; bytes: number } {
  const { values, bytes } = device.memory();
  return { values, bytes };
}

/** A source of real adapters, but for these properties, that shows each device which they give before anybody else has it. */
export async function fromGpu(
  show: (device: GPUDevice) => void,
  properties: object = {},
): Promise<{ requestAdapter(options?: object): Promise<object | null> }> {
  const name: string = "webgpu";
  const { create } = (await import(name)) as { create(flags: string[]): GPU };
  const gpu = create([]);
  return {
    async requestAdapter(options) {
      const adapter = (await gpu.requestAdapter(options))!;
      const { limits, info } = adapter;
      return {
        gpu, // It has to stay reachable.
        limits,
        info,
        async requestDevice(wanted?: GPUDeviceDescriptor) {
          const device = await adapter.requestDevice(wanted);
          show(device);
          return device;
        },
        ...properties,
      };
    },
  };
}
