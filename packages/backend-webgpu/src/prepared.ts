import { check } from "@nn/core";
import type { Compiled } from "./compile/index.ts";
import type { Kernel } from "./compile/kernel.ts";
import type { Device } from "./device.ts";
import type { Memory } from "./pool.ts";
import { UNIFORM_ALIGNMENT } from "./standard.ts";

/** A kernel with what does not change from run to run. */
export interface PreparedKernel {
  readonly kernel: Kernel;
  readonly pipeline: GPUComputePipeline;
  readonly fixed: GPUBindGroup;
  /** The bind group of the inputs and outputs that it uses, which are at these places in this run. */
  groupOf(memoryOf: (external: Kernel["external"][number]) => Memory): GPUBindGroup | undefined;
  /** Memory is gone, and so is what refers to it. */
  forget(id: number): void;
}

/** A program's kernels on a device. */
export interface Prepared {
  /** In their order; others when the device's scratch memory has changed. */
  kernels(): readonly PreparedKernel[];
  release(): void;
}

/** So many bind groups are kept for each kernel; with donated state, the same few buffers take turns. */
const GROUPS = 4;

/** Reserves what a program needs beside its inputs and outputs. */
export function prepare(device: Device, { kernels, words, longest }: Compiled): Prepared {
  const { scratch } = device;
  const parts = kernels.map(({ division }) => division?.work.length ?? 0);
  const length = Math.max(longest, ...parts);
  const steps = length > 0 ? device.uniforms(stepTable(length, device.gpu.limits)) : undefined;
  const tables = packTables(kernels.map(({ table }) => table));
  const uniforms = device.uniforms(tables.words);
  const unreserve = scratch.reserve(words);
  let ready: readonly PreparedKernel[] = [];
  let version = -1;
  const stop = device.onForgotten((id) => {
    for (const kernel of ready) kernel.forget(id);
  });
  return {
    kernels() {
      if (version !== scratch.version) {
        version = scratch.version;
        ready = kernels.map((kernel, i) => {
          const offset = tables.offsets[i]!;
          const table = { buffer: uniforms, offset, size: kernel.table.byteLength };
          return prepareKernel(device, kernel, table, steps);
        });
      }
      return ready;
    },
    release() {
      stop();
      unreserve();
      uniforms.destroy();
      steps?.destroy();
    },
  };
}

function prepareKernel(
  { gpu, scratch, pipelines }: Device,
  kernel: Kernel,
  table: GPUBufferBinding,
  steps: GPUBuffer | undefined,
): PreparedKernel {
  const { code, label, external, ranges = [], depths } = kernel;
  const { buffers, segment } = scratch;
  const rangeOf = (offset: number, words: number): GPUBufferBinding => {
    const buffer = buffers[Math.floor(offset / segment)]!;
    return { buffer, offset: (offset % segment) * 4, size: words * 4 };
  };
  const entries = [
    ...ranges.map(({ offset, words }) => ["write", rangeOf(offset, words)] as const),
    ["table", table] as const,
    ...kernel.scratch.map((at) => ["write", { buffer: buffers[at]! }] as const),
    ...depths.map(() => ["step", { buffer: steps!, size: 16 }] as const),
  ];
  const layouts = [pipelines.layout(entries.map(([kind]) => kind))];
  if (external.length > 0)
    layouts.push(
      pipelines.layout(external.map(({ buffer }) => (buffer === "input" ? "read" : "write"))),
    );
  const fixed = gpu.createBindGroup({
    layout: layouts[0]!,
    entries: entries.map(([, resource], binding) => ({ binding, resource })),
  });
  /** By the numbers of the memories: bind groups of the last few runs. */
  const groups = new Map<string, GPUBindGroup>();
  return {
    kernel,
    pipeline: pipelines.pipeline(code, label, layouts),
    fixed,
    groupOf(memoryOf) {
      if (external.length === 0) return undefined;
      const memories = external.map(memoryOf);
      const key = memories.map(({ id }) => id).join();
      let group = groups.get(key);
      if (!group) {
        group = gpu.createBindGroup({
          layout: layouts[1]!,
          entries: memories.map(({ buffer }, binding) => ({ binding, resource: { buffer } })),
        });
        if (groups.size >= GROUPS) groups.delete(groups.keys().next().value!);
        groups.set(key, group);
      }
      return group;
    },
    forget(id) {
      for (const key of groups.keys()) if (key.split(",").includes(String(id))) groups.delete(key);
    },
  };
}

/** All tables as one, each at a place where a binding can begin. */
function packTables(tables: readonly Int32Array[]): { words: Int32Array; offsets: number[] } {
  const offsets: number[] = [];
  let bytes = 0;
  for (const table of tables) {
    offsets.push(bytes);
    bytes += Math.ceil(table.byteLength / UNIFORM_ALIGNMENT) * UNIFORM_ALIGNMENT;
  }
  const words = new Int32Array(bytes / 4);
  tables.forEach((table, i) => words.set(table, offsets[i]! / 4));
  return { words, offsets };
}

/** A table that holds i where its i-th binding can begin, for all steps of a loop and all parts of a kernel. */
function stepTable(length: number, { maxBufferSize }: GPUSupportedLimits): Int32Array {
  check(
    length * UNIFORM_ALIGNMENT <= maxBufferSize,
    () => `webgpu: a scan of ${length} steps is too long; use shorter chunks`,
  );
  const words = UNIFORM_ALIGNMENT / 4;
  const table = new Int32Array(words * length);
  for (let i = 0; i < length; i++) table[words * i] = i;
  return table;
}
