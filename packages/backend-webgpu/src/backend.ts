import {
  allocate,
  defineBackend,
  showType,
  sizeOf,
  TensorError,
  type Backend,
  type DType,
  type Program,
  type TensorType,
  type TypedArray,
} from "@nn/core";
import { compileProgram } from "./compile/index.ts";
import type { WebGpuConfig } from "./config.ts";
import type { Device, DeviceBuffer } from "./device.ts";
import { executableOf } from "./executable.ts";

export const kind = "@nn/backend-webgpu#webgpu";

/** What it can hold. */
export const dtypes: readonly DType[] = ["f32", "i32", "bool", "u8", "i8"];

/** The backend on an open device; `reopen` opens the same on another one. */
export function onDevice(
  device: Device,
  config: WebGpuConfig,
  nonFinite: boolean,
  reopen: () => Promise<Backend>,
): Backend {
  const { limits } = device.gpu;
  let next: Promise<Backend> | undefined;
  return defineBackend({
    kind,
    config,
    contract: 1,
    dtypes,
    nonFinite,
    lost: device.lost,
    compile(program) {
      device.check();
      checkSizes(program, limits.maxStorageBufferBindingSize);
      const compiled = compileProgram(program, {
        segment: device.scratch.segment,
        buffers: limits.maxStorageBuffersPerShaderStage,
        storage: config.storage,
        products: device.products,
      });
      return executableOf(device, compiled, program);
    },
    upload(data) {
      device.check();
      return device.releaseWhenCollected(device.upload(data));
    },
    read: async (buffer, type) => toArray(await device.read(buffer as DeviceBuffer), type),
    release: (buffer) => device.release(buffer as DeviceBuffer),
    async renew() {
      await device.lost;
      if (device.closed) throw new TensorError("webgpu: this backend is closed; open another one");
      next ??= reopen();
      const renewed = await next.catch((error: unknown) => {
        next = undefined;
        throw error;
      });
      const isLost = (await Promise.race([renewed.lost, undefined])) !== undefined;
      return isLost ? renewed.renew!() : renewed;
    },
    async close() {
      device.close();
      await next?.then(
        (renewed) => renewed.close?.(),
        () => {},
      );
    },
  });
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
function checkSizes(program: Program, largest: number): void {
  for (const type of program.types)
    if (sizeOf(type.shape) * 4 > largest)
      throw new TensorError(
        `webgpu: ${showType(type)} needs ${sizeOf(type.shape) * 4} bytes, this device holds at most ${largest} in one ` +
          "value; use smaller batches",
      );
}
