import { check, sizeOf, type Executable, type Program } from "@nn/core";
import type { Compiled, Step } from "./compile/index.ts";
import type { Device, DeviceBuffer } from "./device.ts";
import { makePace } from "./pace.ts";
import { UNIFORM_ALIGNMENT } from "./standard.ts";

/** A kernel with what does not change from run to run. */
interface Ready {
  readonly pipeline: GPUComputePipeline;
  readonly fixed: GPUBindGroup;
  readonly layout: GPUBindGroupLayout | undefined;
  /** By the numbers of its inputs and outputs: bind groups of the last few runs. */
  readonly groups: Map<string, GPUBindGroup>;
}

/** So many bind groups are kept for each kernel; with donated state, the same few buffers take turns. */
const GROUPS = 4;

/** Runs a compiled program: encodes its kernels and copies, and submits them. */
export function executableOf(device: Device, compiled: Compiled, program: Program): Executable {
  const { kernels, steps, words, longest } = compiled;
  const { gpu, scratch, pipelines } = device;
  const unreserve = scratch.reserve(words);
  const tables = packTables(kernels.map(({ table }) => table));
  const uniforms = device.uniforms(tables.words);
  const stepTable = longest > 0 ? device.uniforms(stepWords(longest, gpu.limits)) : undefined;
  const pace = makePace(gpu);
  const outputWords = program.outputs.map((id) => sizeOf(program.types[id]!.shape));
  /** Outputs that are written last of all, to where a donated input was, and inputs that are still read then. */
  const late = new Set<number>();
  const returned = new Set<number>();
  for (const step of steps)
    if (step.kind === "copy" && step.to.buffer === "output") {
      late.add(step.to.index);
      if (step.from.buffer === "input") returned.add(step.from.index);
    }
  let ready: Ready[] | undefined;
  let version = -1;

  const prepare = (): Ready[] =>
    kernels.map((kernel, i) => {
      const { code, label, external, table } = kernel;
      const entries = [
        ...(kernel.ranges ?? []).map(({ offset, words }) => part(offset, words)),
        [
          "table",
          { buffer: uniforms, offset: tables.offsets[i]!, size: table.byteLength },
        ] as const,
        ...kernel.scratch.map((at) => ["write", { buffer: scratch.buffers[at]! }] as const),
        ...kernel.depths.map(() => ["step", { buffer: stepTable!, size: 16 }] as const),
      ];
      const fixedLayout = pipelines.layout(entries.map(([type]) => type));
      const layout =
        external.length > 0
          ? pipelines.layout(external.map(({ buffer }) => (buffer === "input" ? "read" : "write")))
          : undefined;
      const pipeline = pipelines.pipeline(
        code,
        label,
        layout ? [fixedLayout, layout] : [fixedLayout],
      );
      const fixed = gpu.createBindGroup({
        layout: fixedLayout,
        entries: entries.map(([, resource], binding) => ({ binding, resource })),
      });
      return { pipeline, fixed, layout, groups: new Map() };
    });

  /** Words of the scratch memory, which lie in one of its buffers. */
  const part = (offset: number, size: number) =>
    [
      "write",
      {
        buffer: scratch.buffers[Math.floor(offset / scratch.segment)]!,
        offset: (offset % scratch.segment) * 4,
        size: size * 4,
      },
    ] as const;

  const stop = device.onForgotten((id) => {
    for (const { groups } of ready ?? [])
      for (const key of groups.keys()) if (key.split(",").includes(String(id))) groups.delete(key);
  });

  const run: Executable["run"] = (given, donated = []) => {
    device.health.check();
    if (version !== scratch.version) {
      ready = prepare();
      version = scratch.version;
    }
    const inputs = given as readonly DeviceBuffer[];
    const free = donated.filter((i) => !returned.has(i)).map((i) => inputs[i]!);
    const outputs = outputWords.map((size, i) => {
      const heir = late.has(i) ? free.findIndex(({ words }) => words === size) : -1;
      return heir < 0 ? device.allocate(size) : device.takeOver(free.splice(heir, 1)[0]!);
    });
    const of = { input: inputs, output: outputs };
    let encoder = gpu.createCommandEncoder();
    let pass: GPUComputePassEncoder | undefined;
    const submit = (): void => {
      pass?.end();
      pass = undefined;
      gpu.queue.submit([encoder.finish()]);
    };
    /** Bind groups with inputs and outputs of this run. */
    const groups: (GPUBindGroup | undefined)[] = [];
    const groupOf = (index: number): GPUBindGroup => {
      const { external } = kernels[index]!;
      const { layout, groups: known } = ready![index]!;
      const memories = external.map(({ buffer, index: at }) => of[buffer][at]!.memory);
      const key = memories.map(({ id }) => id).join();
      let group = known.get(key);
      if (!group) {
        group = gpu.createBindGroup({
          layout: layout!,
          entries: memories.map(({ buffer }, binding) => ({ binding, resource: { buffer } })),
        });
        if (known.size >= GROUPS) known.delete(known.keys().next().value!);
        known.set(key, group);
      }
      return group;
    };
    const at: number[] = [];
    const encode = (all: readonly Step[]): void => {
      for (const step of all)
        if (step.kind === "kernel") {
          const { pipeline, fixed, layout } = ready![step.index]!;
          pass ??= encoder.beginComputePass();
          pass.setPipeline(pipeline);
          const { depths, workgroups } = kernels[step.index]!;
          if (depths.length === 0) pass.setBindGroup(0, fixed);
          else
            pass.setBindGroup(
              0,
              fixed,
              depths.map((depth) => at[depth]! * 256),
            );
          if (layout) pass.setBindGroup(1, (groups[step.index] ??= groupOf(step.index)));
          pass.dispatchWorkgroups(...workgroups);
          device.dispatches++;
        } else if (step.kind === "copy") {
          pass?.end();
          pass = undefined;
          const [from, to] = [step.from, step.to].map(({ buffer, index, offset }) =>
            buffer === "scratch"
              ? {
                  buffer: scratch.buffers[Math.floor(offset / scratch.segment)]!,
                  start: offset % scratch.segment,
                }
              : { buffer: of[buffer][index]!.memory.buffer, start: offset },
          );
          encoder.copyBufferToBuffer(
            from!.buffer,
            from!.start * 4,
            to!.buffer,
            to!.start * 4,
            step.words * 4,
          );
        } else
          for (let i = 0; i < step.length; i++) {
            at[step.depth] = step.reverse ? step.length - 1 - i : i;
            encode(step.steps);
            if (step.depth > 1 || !pace.isDue(i + 1 === step.length)) continue;
            submit();
            encoder = gpu.createCommandEncoder();
          }
    };
    encode(steps);
    submit();
    for (const i of donated) device.release(inputs[i]!);
    return outputs.map((buffer) => device.releaseWhenCollected(buffer));
  };

  return {
    run,
    release() {
      stop();
      unreserve();
      uniforms.destroy();
      stepTable?.destroy();
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

/** A table that holds i where its i-th part can be bound to, for all steps of a loop. */
function stepWords(length: number, { maxBufferSize }: GPUSupportedLimits): Int32Array {
  check(
    length * UNIFORM_ALIGNMENT <= maxBufferSize,
    () => `webgpu: a scan of ${length} steps is too long; use shorter chunks`,
  );
  const words = UNIFORM_ALIGNMENT / 4;
  const table = new Int32Array(words * length);
  for (let i = 0; i < length; i++) table[words * i] = i;
  return table;
}
