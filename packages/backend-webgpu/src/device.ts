import { TensorError, type TypedArray } from "@nn/core";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import type { NamedTensorInfoMap, TensorInfo } from "@tensorflow/tfjs-core";
import { watchGarbage, type Garbage } from "./garbage.ts";
import { guardProducts } from "./guard.ts";
import { openGpu, type GpuSource, type OpenedGpu } from "./gpu.ts";

/** How values lie on the device: f32 as 32-bit floats, every other dtype as 32-bit integers. */
export type Storage = "float32" | "int32";

/** Our handle of a value. Several may share the device's memory, which goes when the last of them is released. */
export interface DeviceBuffer {
  /** tfjs's name for the memory; `undefined` where there is none because the value has no elements. */
  readonly data: object | undefined;
  readonly storage: Storage;
  readonly size: number;
  released: boolean;
}

/** A buffer in the shape that a tfjs kernel shall see. */
export type View = readonly [buffer: DeviceBuffer, shape: readonly number[]];

/** tfjs's description of a shader, which our own shaders fill in too. */
export type ShaderProgram = Parameters<WebGPUBackend["runWebGPUProgram"]>[0];
export type ShaderUniforms = NonNullable<Parameters<WebGPUBackend["runWebGPUProgram"]>[3]>;

type KernelFunction = (call: { inputs: object; attrs: object; backend: unknown }) => unknown;

/** A GPU device with a tfjs backend of its own, of which tfjs's engine knows nothing. */
export class Device {
  /** Settles when the device is gone, also after `close`. */
  readonly lost: Promise<Error>;
  readonly tfjs: WebGPUBackend;
  private readonly gpu: OpenedGpu;
  private readonly kernel: (name: string) => KernelFunction;
  private readonly garbage: Garbage;
  private failure: Error | undefined;
  private closed = false;

  constructor(gpu: OpenedGpu, tfjs: WebGPUBackend, kernel: (name: string) => KernelFunction) {
    this.gpu = gpu;
    this.tfjs = tfjs;
    this.kernel = kernel;
    this.garbage = watchGarbage((data) => this.closed || tfjs.disposeData(data));
    // A faulty shader does not throw: its results are silently wrong. From the first report on nothing is believed.
    gpu.device.onuncapturederror = ({ error }) => {
      this.failure ??= new Error(`@nn/backend-webgpu: the device reported: ${error.message}`);
    };
    this.lost = gpu.device.lost.then(({ reason, message }) => {
      this.failure ??= new Error(
        `@nn/backend-webgpu: the GPU device is lost (${reason ?? "unknown"}: ${message}); ` +
          "open a new backend and restore the last state that was read",
      );
      return this.failure;
    });
  }

  /** Throws where the device is closed, lost, or has reported an error. */
  check(): void {
    if (this.closed) throw new TensorError("webgpu: this backend is closed; open another one");
    if (this.failure) throw this.failure;
  }

  upload(values: TypedArray, storage: Storage): DeviceBuffer {
    if (values.length === 0) return this.empty(storage);
    const { dataId } = this.tfjs.makeTensorInfo([values.length], storage, values as Int32Array);
    // At once: until then tfjs keeps the caller's array itself.
    this.tfjs.uploadToGPU(dataId);
    return { data: dataId, storage, size: values.length, released: false };
  }

  /** The bytes of a value, once all work queued so far is done. */
  async read({ data }: DeviceBuffer): Promise<ArrayBuffer> {
    this.check();
    if (!data) return new ArrayBuffer(0);
    // Not tfjs's own `read`, which keeps a copy of what it has read.
    const memory = this.tfjs.tensorMap.get(data).resource as GPUBuffer;
    const bytes = await this.tfjs.getBufferData(memory).catch(async (error: unknown) => {
      // Of a lost device, the read is told before `lost` is.
      throw await Promise.race([
        this.lost,
        new Promise((settle) => setTimeout(settle, 100, error)),
      ]);
    });
    this.check();
    return bytes;
  }

  empty(storage: Storage): DeviceBuffer {
    return { data: undefined, storage, size: 0, released: false };
  }

  /** Memory that still has to be written. */
  allocate(storage: Storage, size: number): DeviceBuffer {
    if (size === 0) return this.empty(storage);
    const { dataId } = this.tfjs.makeTensorInfo([size], storage);
    return { data: dataId, storage, size, released: false };
  }

  /** Another handle of the same memory. */
  copy({ data, storage, size }: DeviceBuffer): DeviceBuffer {
    if (data) this.tfjs.incRef(data);
    return { data, storage, size, released: false };
  }

  /** Harmless when repeated. Memory that queued work still uses goes when that is submitted. */
  release(buffer: DeviceBuffer): void {
    if (buffer.released) return;
    buffer.released = true;
    this.garbage.forget(buffer, buffer.size * 4);
    if (buffer.data && !this.closed) this.tfjs.disposeData(buffer.data);
  }

  /** Releases the buffer when it is garbage: between two turns of the event loop, never within one. */
  releaseWhenCollected(buffer: DeviceBuffer): DeviceBuffer {
    if (buffer.data) this.garbage.watch(buffer, buffer.data, buffer.size * 4);
    return buffer;
  }

  /** Runs one of tfjs's kernels. No input may be empty, nor the result. */
  call(name: string, inputs: Record<string, View>, attrs: object = {}): DeviceBuffer {
    const infos: NamedTensorInfoMap = {};
    for (const [key, view] of Object.entries(inputs)) infos[key] = info(view);
    const result = this.kernel(name)({ inputs: infos, attrs, backend: this.tfjs }) as TensorInfo;
    const storage = result.dtype === "float32" ? "float32" : "int32";
    const size = result.shape.reduce((product, length) => product * length, 1);
    return { data: result.dataId, storage, size, released: false };
  }

  /** Runs a shader of ours in tfjs's queue, so that it takes turns with tfjs's kernels. */
  run(
    program: ShaderProgram,
    inputs: readonly DeviceBuffer[],
    output: DeviceBuffer,
    uniforms: ShaderUniforms,
  ): void {
    const views = inputs.map((input) => info([input, [input.size]]));
    this.tfjs.runWebGPUProgram(
      program,
      views,
      output.storage,
      uniforms,
      info([output, [output.size]]),
    );
  }

  /** The most bytes that one value may have. */
  get largestValue(): number {
    return this.gpu.device.limits.maxStorageBufferBindingSize;
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.tfjs.dispose();
    this.gpu.device.destroy();
  }
}

function info([{ data, storage, released }, shape]: View): TensorInfo {
  if (released) throw new TensorError("webgpu: a buffer is used after it was released");
  return { dataId: data!, shape: [...shape], dtype: storage };
}

/** Opens a device. tfjs is loaded here and not before; it registers its kernels in a table of its own. */
export async function openDevice(
  source: GpuSource | undefined,
  powerPreference: string,
): Promise<Device> {
  const gpu = await openGpu(source, powerPreference);
  const { WebGPUBackend } = await import("@tensorflow/tfjs-backend-webgpu");
  const { getKernel } = await import("@tensorflow/tfjs-core");
  const tfjs = withNavigatorGpu(() => new WebGPUBackend(gpu.device, gpu.info));
  // Set here and not in tfjs's global flags. The second makes every product take the packed kernel: the one for long
  // inner dimensions gives wrong results with transposeB, and others from run to run.
  tfjs.shouldExecuteOnCPU = () => false;
  tfjs.thresholdToIncreaseWorkgroups = 0;
  guardProducts(tfjs);
  return new Device(gpu, tfjs, (name) => getKernel(name, "webgpu").kernelFunc as KernelFunction);
}

/** tfjs's constructor insists on a `navigator.gpu`, which Node lacks; it looks once and never uses it. */
function withNavigatorGpu<T>(body: () => T): T {
  const descriptor = Object.getOwnPropertyDescriptor(globalThis, "navigator");
  if ((globalThis.navigator as Partial<Navigator> | undefined)?.gpu) return body();
  Object.defineProperty(globalThis, "navigator", { value: { gpu: true }, configurable: true });
  try {
    return body();
  } finally {
    if (descriptor) Object.defineProperty(globalThis, "navigator", descriptor);
    else Reflect.deleteProperty(globalThis, "navigator");
  }
}
