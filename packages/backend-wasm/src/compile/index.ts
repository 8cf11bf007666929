import { lower, sizeOf, type Program } from "@nn/core";
import { ModuleBuilder, type MemoryImport } from "../assembler/index.ts";
import type { Compiled, Port } from "../compiled.ts";
import { stageName } from "../profile.ts";
import { barrier } from "../runtime/barrier.ts";
import { frameSlots, type Place, type Target } from "../stage.ts";
import { Arena } from "./arena.ts";
import { CompiledKernels } from "./compiled-kernels.ts";
import { graphOf, isSupported } from "./graph.ts";
import { planGraph, type PlanContext } from "./plan.ts";
import {
  Driver,
  measuredThresholds,
  threadsFor,
  type CompiledStage,
  type Thresholds,
} from "./steps.ts";

/** How programs are compiled for a backend. */
export interface CompileOptions {
  readonly target: Target;
  readonly memory: MemoryImport;
  /** The threads that there are at most. */
  readonly threads: number;
  /** When threads are used; what was measured, unless a test asks for something else. */
  readonly thresholds?: Thresholds;
  /** Whether programs can be run step by step; see `Profile`. */
  readonly profiled?: boolean;
}

/**
 * Makes a WebAssembly module of a program: resolves views, fuses operations to kernels, orders these, gives values their
 * memory, and writes the code of one function for each kernel and of one that calls them.
 */
export function compileProgram(
  program: Program,
  {
    target,
    memory,
    threads: available,
    thresholds = measuredThresholds,
    profiled = false,
  }: CompileOptions,
): Compiled {
  const lowered = lower(program, isSupported);
  const graph = graphOf(lowered);
  const module = new ModuleBuilder(memory);
  const arena = new Arena();
  const kernels = new CompiledKernels(module, arena);
  const firstOutput = frameSlots.first + graph.inputs.length;
  const context: PlanContext = {
    module,
    target,
    arena,
    kernels,
    nextSlot: firstOutput + graph.outputs.length,
  };
  const slots = (first: number) => (_: unknown, i: number) => ({ slot: first + i, offset: 0 });
  const { steps, sources } = planGraph(
    context,
    graph,
    graph.inputs.map(slots(frameSlots.first)),
    graph.outputs.map(slots(firstOutput)),
    [],
    0,
  );
  const threads = profiled ? 1 : threadsFor(steps, available, thresholds);
  const { entries } = kernels;
  const { nextSlot } = context;
  const layout = { tables: 4 * nextSlot, entries };
  if (profiled) exportStages(module, kernels.stages);
  const meeting = threads > 1 ? barrier(module) : undefined;
  const driver = new Driver(module, layout, thresholds, meeting);
  module.export(driver.build("run", steps));
  const ports = (ids: readonly number[]): Port[] =>
    ids.map((id) => {
      const { dtype, shape } = graph.types[id]!;
      return { dtype, size: sizeOf(shape) };
    });
  return {
    bytes: module.finish(),
    frameBytes: 4 * (nextSlot + entries.length),
    scratchBytes: arena.bytes,
    constants: entryData(entries),
    inputs: ports(graph.inputs),
    outputs: ports(graph.outputs),
    sources,
    threads,
    ...(profiled && { profiled: { steps, layout } }),
  };
}

function exportStages(module: ModuleBuilder, stages: readonly CompiledStage[]): void {
  for (const stage of stages) module.export({ ...stage.function, name: stageName(stage) });
}

/** What a module fills its tables from: where in the frame an address is, and what to add to it. */
function entryData(entries: readonly Place[]): Uint8Array {
  return new Uint8Array(
    Int32Array.from(entries.flatMap(({ slot, offset }) => [4 * slot, offset])).buffer,
  );
}
