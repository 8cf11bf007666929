import {
  allocate,
  defineBackend,
  interpret,
  showType,
  sizeOf,
  TensorError,
  type Backend,
  type Program,
  type TensorType,
  type TypedArray,
} from "@nn/core";
import type { Device, DeviceBuffer } from "./device.ts";
import { storageOf } from "./elementwise.ts";
import { kernels } from "./kernels.ts";

/** The backend on an open device. */
export function onDevice(
  device: Device,
  config: { powerPreference: string },
  nonFinite: boolean,
): Backend {
  const upload = (data: TypedArray, { dtype }: TensorType): DeviceBuffer =>
    device.upload(data, storageOf(dtype));
  const compile = interpret(kernels(device), {
    upload,
    copy: (buffer) => device.copy(buffer),
    release: (buffer) => device.release(buffer),
  });
  return defineBackend({
    kind: "@nn/backend-webgpu#webgpu",
    config,
    contract: 1,
    dtypes: ["f32", "i32", "bool", "u8", "i8"],
    nonFinite,
    lost: device.lost,
    compile(program) {
      checkSizes(program, device.largestValue);
      const executable = compile(program);
      return {
        ...executable,
        run(inputs, donated) {
          device.check();
          const outputs = executable.run(inputs, donated) as DeviceBuffer[];
          return outputs.map((buffer) => device.releaseWhenCollected(buffer));
        },
      };
    },
    upload(data, type) {
      device.check();
      return device.releaseWhenCollected(upload(data, type));
    },
    read: async (buffer, type) => toArray(await device.read(buffer as DeviceBuffer), type),
    release: (buffer) => device.release(buffer as DeviceBuffer),
    close: () => device.close(),
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

/** WGSL lets a device take NaN and the infinities for impossible, so this one is asked. */
export async function keepsNonFinite(device: Device): Promise<boolean> {
  const inputs = [
    [Infinity, 1, -1, 0, NaN],
    [0, Infinity, 0, 0, 1],
  ].map((values) => device.upload(Float32Array.from(values), "float32"));
  const views = { a: [inputs[0]!, [5]], b: [inputs[1]!, [5]] } as const;
  const results = ["Multiply", "RealDiv", "Add"].map((name) => device.call(name, views));
  const found: string[] = [];
  for (const result of results) found.push(String(new Float32Array(await device.read(result))));
  for (const buffer of [...inputs, ...results]) device.release(buffer);
  return (
    found.join(" ") ===
    "NaN,Infinity,0,0,NaN Infinity,0,-Infinity,NaN,NaN Infinity,Infinity,-1,0,NaN"
  );
}
