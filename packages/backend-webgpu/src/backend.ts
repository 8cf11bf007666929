import {
  allocate,
  check,
  defineBackend,
  showType,
  sizeOf,
  type Backend,
  type BackendSpec,
  type DType,
  type TensorType,
  type TypedArray,
} from "@nn/core";
import { compileProgram } from "./compile/index.ts";
import type { WebGpuConfig } from "./config.ts";
import type { Device, DeviceBuffer } from "./device.ts";
import { executableOf } from "./executable.ts";
import { closedError } from "./health.ts";
import { largestBuffer } from "./standard.ts";

export const kind = "@nn/backend-webgpu#webgpu";

/** What it can hold. */
export const dtypes: readonly DType[] = ["f32", "i32", "bool", "u8", "i8"];

/** A backend on a GPU. */
export interface WebGpuBackend extends Backend {
  /** Which GPU and driver it is, as far as they say: results have the same bits on the same one. */
  doctor(): { readonly device: string };
}

/** A backend, and the device that it is on. */
export interface OpenBackend {
  readonly backend: WebGpuBackend;
  readonly device: Device;
}

/** The backend on an open device; `reopen` opens the same on another one. */
export function onDevice(
  device: Device,
  config: WebGpuConfig,
  nonFinite: boolean,
  reopen: () => Promise<OpenBackend>,
): WebGpuBackend {
  const { health } = device;
  const { limits } = device.gpu;
  const largest = largestBuffer(limits);
  let next: Promise<OpenBackend> | undefined;
  const spec: BackendSpec = {
    kind,
    config,
    contract: 1,
    dtypes,
    nonFinite,
    lost: health.lost,
    compile(program) {
      health.check();
      for (const type of program.types) checkSize(type, largest);
      const compiled = compileProgram(program, {
        segment: device.scratch.segment,
        buffers: limits.maxStorageBuffersPerShaderStage,
        long: device.long,
        storage: config.storage,
        products: device.products,
      });
      return executableOf(device, compiled, program);
    },
    upload(data, type) {
      checkSize(type, largest);
      return device.releaseWhenCollected(device.upload(data));
    },
    read: async (buffer, type) => toArray(await device.read(buffer as DeviceBuffer), type),
    release: (buffer) => device.release(buffer as DeviceBuffer),
    async renew() {
      await health.ended;
      if (health.isClosed) throw closedError();
      next ??= reopen();
      const renewed = await next.catch((error: unknown) => {
        next = undefined;
        throw error;
      });
      return renewed.device.health.hasEnded ? renewed.backend.renew!() : renewed.backend;
    },
    async close() {
      device.close();
      await next?.then(
        ({ backend }) => backend.close?.(),
        () => {},
      );
    },
  };
  return { ...defineBackend(spec), doctor: () => ({ device: nameOf(device.gpu) }) };
}

/** What a browser tells of it may be little. */
function nameOf({ adapterInfo }: Partial<GPUDevice>): string {
  const { vendor, architecture, device, description } = Object(adapterInfo) as GPUAdapterInfo;
  return [vendor, architecture, device, description].filter(Boolean).join(", ");
}

/** The device's 32-bit elements as the array that carries the dtype. */
function toArray(bytes: ArrayBuffer, { shape, dtype }: TensorType): TypedArray {
  if (dtype === "f32") return new Float32Array(bytes);
  const integers = new Int32Array(bytes);
  if (dtype === "i32") return integers;
  const array = allocate(dtype, sizeOf(shape));
  array.set(integers);
  return array;
}

/** Whatever is too large fails on the device, late and without a name; so it fails here. */
function checkSize(type: TensorType, largest: number): void {
  const bytes = sizeOf(type.shape) * 4;
  check(
    bytes <= largest,
    () =>
      `webgpu: ${showType(type)} needs ${bytes} bytes, this device holds at most ${largest} in one value; use smaller ` +
      "batches",
  );
}
