import type { TypedArray } from "@nn/core";
import type { CompileLimits } from "./compile/index.ts";
import { watchGarbage, type Garbage } from "./garbage.ts";
import type { GpuSource, OpenedGpu } from "./gpu.ts";
import { watchHealth, type Health } from "./health.ts";
import { makeMeter, type Meter } from "./meter.ts";
import { makePipelines, type Pipelines } from "./pipelines.ts";
import { makePool, type Memory, type Pool } from "./pool.ts";
import { makeScratch, type Scratch } from "./scratch.ts";
import { bufferUsage, MAP_READ } from "./standard.ts";

/** Our handle of a value: every element takes a word of 32 bits. */
export interface DeviceBuffer {
  readonly memory: Memory;
  readonly words: number;
  released: boolean;
}

/** Kernels that a slow device takes so many milliseconds for can be dispatched in parts. */
const TOO_LONG = 100;

/** A GPU device, its memory, and what its programs share. */
export class Device {
  readonly gpu: GPUDevice;
  /** What has to stay reachable while the device is in use. */
  readonly source: GpuSource;
  readonly health: Health;
  readonly pipelines: Pipelines;
  readonly meter: Meter;
  readonly scratch: Scratch;
  /** What computes large products, if not we. */
  readonly products: CompileLimits["products"];
  /** Operations that may take it too long for one dispatch. */
  readonly long: number;
  /** Kernels dispatched so far, and in how many pieces. */
  dispatches = 0;
  submissions = 0;
  private readonly values: Pool;
  private readonly staging: Pool;
  private readonly garbage: Garbage;
  private readonly forgetting = new Set<(id: number) => void>();

  constructor(opened: OpenedGpu, operationsPerMs: number, products?: Device["products"]) {
    const { device } = opened;
    this.products = products;
    this.source = opened.source;
    this.gpu = device;
    this.health = watchHealth(device);
    this.meter = makeMeter(device.queue, operationsPerMs);
    this.long = TOO_LONG * operationsPerMs;
    this.pipelines = makePipelines(device, this.health.expectNone);
    const { copySource, copyTarget, mapRead, storage } = bufferUsage;
    const forget = (id: number): void => this.forgetting.forEach((one) => one(id));
    this.values = makePool(device, copySource | copyTarget | storage, forget);
    this.staging = makePool(device, copyTarget | mapRead, () => {});
    this.scratch = makeScratch(device, copySource | copyTarget | storage);
    this.garbage = watchGarbage((memory) => this.giveBack(memory as Memory));
  }

  /** Memory that still has to be written. */
  allocate(words: number): DeviceBuffer {
    return { memory: this.values.take(words * 4), words, released: false };
  }

  upload(values: TypedArray): DeviceBuffer {
    this.health.check();
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
    const { health, staging } = this;
    health.check();
    if (words === 0) return new ArrayBuffer(0);
    const bytes = words * 4;
    const target = staging.take(bytes);
    const encoder = this.gpu.createCommandEncoder();
    encoder.copyBufferToBuffer(memory.buffer, 0, target.buffer, 0, bytes);
    this.gpu.queue.submit([encoder.finish()]);
    await target.buffer.mapAsync(MAP_READ, 0, bytes).catch(health.explain);
    await health.confirm();
    const copy = target.buffer.getMappedRange(0, bytes).slice(0);
    target.buffer.unmap();
    staging.give(target);
    return copy;
  }

  /** Harmless when repeated. Work that is queued still finds the memory as it is now. */
  release(buffer: DeviceBuffer): void {
    if (buffer.released) return;
    buffer.released = true;
    this.garbage.forget(buffer, buffer.words * 4);
    this.giveBack(buffer.memory);
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
      usage: bufferUsage.uniform | bufferUsage.copyTarget,
    });
    this.gpu.queue.writeBuffer(buffer, 0, words as Int32Array<ArrayBuffer>);
    return buffer;
  }

  /** What is there now. */
  memory(): { values: number; bytes: number; free: number; scratch: number } {
    const { used, usedBytes, free } = this.values.count();
    return { values: used, bytes: usedBytes, free, scratch: this.scratch.bytes };
  }

  close(): void {
    if (this.health.isClosed) return;
    this.values.close();
    this.staging.close();
    this.health.close();
  }

  private giveBack(memory: Memory): void {
    if (!this.health.isClosed) this.values.give(memory);
  }
}
