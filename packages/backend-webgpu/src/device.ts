import { TensorError, type TypedArray } from "@nn/core";
import type { CompileLimits } from "./compile/index.ts";
import { watchGarbage, type Garbage } from "./garbage.ts";
import { openGpu, type GpuSource, type OpenedGpu } from "./gpu.ts";
import { makePool, type Memory, type Pool } from "./pool.ts";
import { makeScratch, type Scratch } from "./scratch.ts";
import { loadProducts } from "./tfjs.ts";

/** Our handle of a value: every element takes a word of 32 bits. */
export interface DeviceBuffer {
  readonly memory: Memory;
  readonly words: number;
  released: boolean;
}

// The standard's numbers, which browsers have as globals and Node has not.
const usage = { mapRead: 1, copySource: 4, copyTarget: 8, uniform: 64, storage: 128 };
const MAP_READ = 1;

/** Pipelines that are kept for programs to come. */
const PIPELINES = 1024;

/** A GPU device, its memory, and what its programs share. */
export class Device {
  /** Settles when the device is gone, also after `close`. */
  readonly lost: Promise<Error>;
  readonly gpu: GPUDevice;
  readonly scratch: Scratch;
  /** What computes large products, if not we. */
  readonly products: CompileLimits["products"];
  /** Kernels dispatched so far. */
  dispatches = 0;
  /** Whether nothing is wanted of it any more. */
  closed = false;
  private readonly opened: OpenedGpu;
  private readonly values: Pool;
  private readonly staging: Pool;
  private readonly garbage: Garbage;
  private readonly pipelines = new Map<string, GPUComputePipeline>();
  private readonly layouts = new Map<string, GPUBindGroupLayout>();
  private readonly forgetting = new Set<(id: number) => void>();
  private stepTable: GPUBuffer | undefined;
  private failure: Error | undefined;

  constructor(opened: OpenedGpu, products?: Device["products"]) {
    const { device } = opened;
    this.products = products;
    this.opened = opened;
    this.gpu = device;
    const { copySource, copyTarget, mapRead, storage } = usage;
    const forget = (id: number): void => this.forgetting.forEach((one) => one(id));
    this.values = makePool(device, copySource | copyTarget | storage, forget);
    this.staging = makePool(device, copyTarget | mapRead, () => {});
    this.scratch = makeScratch(device, copySource | copyTarget | storage);
    this.garbage = watchGarbage((memory) => this.closed || this.values.give(memory as Memory));
    // A faulty shader does not throw: its results are silently wrong. From the first report on nothing is believed.
    device.onuncapturederror = ({ error }) => this.fail(`the device reported: ${error.message}`);
    this.lost = device.lost.then(({ reason, message }) => {
      this.fail(`the GPU device is lost (${reason ?? "unknown"}: ${message})`);
      return this.failure!;
    });
  }

  /** Throws where the device is closed, lost, or has reported an error. */
  check(): void {
    if (this.closed) throw new TensorError("webgpu: this backend is closed; open another one");
    if (this.failure) throw this.failure;
  }

  /** From now on, everything fails with this. */
  fail(message: string): void {
    this.failure ??= faulty(message);
  }

  /** Memory that still has to be written. */
  allocate(words: number): DeviceBuffer {
    return { memory: this.values.take(words * 4), words, released: false };
  }

  upload(values: TypedArray): DeviceBuffer {
    const target = this.allocate(values.length);
    const is32Bit = values.BYTES_PER_ELEMENT === 4;
    if (values.length > 0)
      this.gpu.queue.writeBuffer(
        target.memory.buffer,
        0,
        (is32Bit ? values : Int32Array.from(values)) as Int32Array<ArrayBuffer>,
      );
    return target;
  }

  /** The bytes of a value, once all work queued so far is done. */
  async read({ memory, words }: DeviceBuffer): Promise<ArrayBuffer> {
    this.check();
    if (words === 0) return new ArrayBuffer(0);
    const bytes = words * 4;
    const target = this.staging.take(bytes);
    const encoder = this.gpu.createCommandEncoder();
    encoder.copyBufferToBuffer(memory.buffer, 0, target.buffer, 0, bytes);
    this.gpu.queue.submit([encoder.finish()]);
    await target.buffer.mapAsync(MAP_READ, 0, bytes).catch(async (error: unknown) => {
      // Of a lost device, the read is told before `lost` is.
      this.check();
      throw await Promise.race([
        this.lost,
        new Promise((settle) => setTimeout(settle, 100, error)),
      ]);
    });
    const copy = target.buffer.getMappedRange(0, bytes).slice(0);
    target.buffer.unmap();
    this.staging.give(target);
    this.check();
    return copy;
  }

  /** Harmless when repeated. Work that is queued still finds the memory as it is now. */
  release(buffer: DeviceBuffer): void {
    if (buffer.released) return;
    buffer.released = true;
    this.garbage.forget(buffer, buffer.words * 4);
    if (!this.closed) this.values.give(buffer.memory);
  }

  /** Another handle of the memory, whose first one is released by that. */
  takeOver(buffer: DeviceBuffer): DeviceBuffer {
    const { memory, words } = buffer;
    buffer.released = true;
    this.garbage.forget(buffer, words * 4);
    return { memory, words, released: false };
  }

  /** Releases the buffer when it is garbage: between two turns of the event loop, never within one. */
  releaseWhenCollected(buffer: DeviceBuffer): DeviceBuffer {
    this.garbage.watch(buffer, buffer.memory, buffer.words * 4);
    return buffer;
  }

  /** Tells when memory is gone, whose number never comes again; returns what ends that. */
  onForgotten(listener: (id: number) => void): () => void {
    this.forgetting.add(listener);
    return () => this.forgetting.delete(listener);
  }

  /** A uniform buffer with this content. */
  uniforms(words: Int32Array): GPUBuffer {
    const buffer = this.gpu.createBuffer({
      size: Math.max(16, words.byteLength),
      usage: usage.uniform | usage.copyTarget,
    });
    this.gpu.queue.writeBuffer(buffer, 0, words as Int32Array<ArrayBuffer>);
    return buffer;
  }

  /** A uniform buffer that holds i at i · 256 bytes, for all steps of a loop. */
  steps(length: number): GPUBuffer {
    const size = Math.max(256, length * 256);
    if (size > this.gpu.limits.maxBufferSize)
      throw new TensorError(`webgpu: a scan of ${length} steps is too long; use shorter chunks`);
    if (!this.stepTable || this.stepTable.size < size) {
      const all = 2 ** Math.ceil(Math.log2(size / 256));
      const table = new Int32Array(64 * all);
      for (let i = 0; i < all; i++) table[64 * i] = i;
      this.stepTable = this.uniforms(table);
    }
    return this.stepTable;
  }

  /** The layout of a group of bindings. */
  layout(types: readonly ("table" | "step" | "read" | "write")[]): GPUBindGroupLayout {
    const key = types.join();
    let layout = this.layouts.get(key);
    if (!layout) {
      const entries = types.map((type, binding): GPUBindGroupLayoutEntry => {
        const kinds = {
          table: { type: "uniform" },
          step: { type: "uniform", hasDynamicOffset: true },
          read: { type: "read-only-storage" },
          write: { type: "storage" },
        } as const;
        return { binding, visibility: 4, buffer: kinds[type] };
      });
      layout = this.gpu.createBindGroupLayout({ entries });
      this.layouts.set(key, layout);
    }
    return layout;
  }

  /** The pipeline of a kernel, compiled once. What is wrong with it is reported with its label. */
  pipeline(
    code: string,
    label: string,
    bindGroupLayouts: readonly GPUBindGroupLayout[],
  ): GPUComputePipeline {
    let pipeline = this.pipelines.get(code);
    this.pipelines.delete(code);
    if (!pipeline) {
      const { gpu } = this;
      gpu.pushErrorScope("validation");
      const module = gpu.createShaderModule({ code, label });
      const layout = gpu.createPipelineLayout({ bindGroupLayouts: [...bindGroupLayouts] });
      pipeline = gpu.createComputePipeline({ layout, label, compute: { module } });
      gpu.popErrorScope().then(
        (error) => {
          // What is reported later, or was before, of work with this pipeline says less.
          if (error) this.failure = faulty(`the device refuses ${label}: ${error.message}`);
        },
        () => {}, // The device is lost, which `lost` tells.
      );
    }
    this.pipelines.set(code, pipeline);
    if (this.pipelines.size > PIPELINES) this.pipelines.delete(this.pipelines.keys().next().value!);
    return pipeline;
  }

  /** What is there now. */
  memory(): { values: number; bytes: number; free: number; scratch: number } {
    const { used, usedBytes, free } = this.values.count();
    return { values: used, bytes: usedBytes, free, scratch: this.scratch.bytes };
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.values.close();
    this.staging.close();
    this.opened.device.destroy();
  }
}

function faulty(message: string): Error {
  return new Error(`@nn/backend-webgpu: ${message}`);
}

/** From so many multiplications on, products are left to TensorFlow.js on a real GPU. */
const LARGE_PRODUCT = 2 ** 27;

/**
 * Opens a device. Where it is a GPU, TensorFlow.js is loaded, for products from `largeProduct` multiplications on; on
 * software its product was measured to take four to nine times as long as ours.
 */
export async function openDevice(
  source: GpuSource | undefined,
  powerPreference: string,
  largeProduct?: number,
): Promise<Device> {
  const opened = await openGpu(source, powerPreference);
  const isSoftware = (opened.info as { isFallbackAdapter?: boolean }).isFallbackAdapter === true;
  const from = largeProduct ?? (isSoftware ? Infinity : LARGE_PRODUCT);
  if (from === Infinity) return new Device(opened);
  return new Device(opened, { from, record: await loadProducts(opened.device.limits) });
}
