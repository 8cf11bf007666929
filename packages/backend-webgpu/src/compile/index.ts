import { lower, type Program } from "@nn/core";
import type { ProductRecorder } from "../tfjs.ts";
import { chooseStored } from "./cost.ts";
import type { Graph, Region, Value } from "./graph.ts";
import { graphOf } from "./graph-of.ts";
import { chooseHalves } from "./halves.ts";
import { kernelOf, recordedKernel, type Kernel } from "./kernel.ts";
import { external, planMemory, type MemoryPlan, type Place } from "./memory.ts";
import { planSections } from "./plan.ts";
import { isRecorded, isTransfer, type Plan, type Section } from "./sections.ts";
import { isSupported } from "./supported.ts";

/** One thing to do in a run. */
export type Step =
  | { readonly kind: "kernel"; readonly index: number }
  | { readonly kind: "copy"; readonly from: Place; readonly to: Place; readonly words: number }
  | {
      readonly kind: "loop";
      readonly depth: number;
      readonly length: number;
      readonly reverse: boolean;
      readonly steps: readonly Step[];
    };

/** A program, ready to be run on buffers. */
export interface Compiled {
  readonly kernels: readonly Kernel[];
  readonly steps: readonly Step[];
  /** Words of scratch memory. */
  readonly words: number;
  /** Steps of the longest loop. */
  readonly longest: number;
}

/** What programs are compiled for. */
export interface CompileLimits {
  /** Words that a kernel can reach as one buffer. */
  readonly segment: number;
  /** Buffers that a kernel can be bound to. */
  readonly buffers: number;
  /** Operations that may take too long for one dispatch; kernels with more of them are divided. */
  readonly long: number;
  /** How floats are stored on the way; `"f32"` unless it is given. */
  readonly storage?: "f32" | "f16" | undefined;
  /** What computes products of so many multiplications and more, if it is not up to us. */
  readonly products?: { readonly from: number; readonly record: ProductRecorder } | undefined;
}

/**
 * Turns a program into kernels and the order in which they run:
 *
 * 1. `graphOf` gives values their operations, also those of loops' bodies, and divides long sums.
 * 2. `chooseStored` decides which values are stored. All others, be they elementwise, moved, gathered or drawn, become
 *    part of the code of whatever reads them, which computes just the elements that it needs (`emit.ts`).
 * 3. `planSections` joins stored values that are computed element by element, or as the epilogue of a product, to
 *    sections, and puts each on the first level where all that it reads is there.
 * 4. `planMemory` gives values places in one scratch buffer, by level; a loop's carry is overwritten in place.
 * 5. `kernelOf` writes WGSL: all sections of a level are one kernel, so that a program takes as many dispatches as its
 *    longest chain of dependencies has links.
 *
 * The scratch buffer is bound once, to read and to write, since WebGPU refuses to bind a buffer for both.
 */
export function compileProgram(program: Program, limits: CompileLimits): Compiled {
  const least = limits.products?.from ?? Infinity;
  const graph = graphOf(lower(program, isSupported), (work) => work >= least);
  const choose = (region: Region): void => {
    for (const loop of region.loops) choose(loop.body);
    chooseStored(graph, region);
  };
  choose(graph.top);
  const plan = planSections(graph);
  const halves = limits.storage === "f16" ? chooseHalves(graph, plan) : new Set<Value>();
  // A kernel is bound to scratch memory too, which may be in two parts.
  const memory = planMemory(graph, plan, halves, limits.segment, limits.buffers - 2);
  return new Scheduler(graph, memory, limits).schedule(plan);
}

class Scheduler {
  private readonly kernels: Kernel[] = [];
  private longest = 0;
  private readonly graph: Graph;
  private readonly memory: MemoryPlan;
  private readonly limits: CompileLimits;

  constructor(graph: Graph, memory: MemoryPlan, limits: CompileLimits) {
    this.graph = graph;
    this.memory = memory;
    this.limits = limits;
  }

  schedule(plan: Plan): Compiled {
    const { places, staged, words } = this.memory;
    const { inputs, outputs, top } = this.graph;
    const steps: Step[] = [];
    const copy = (from: Place, to: Place, size: number): void => {
      if (size > 0) steps.push({ kind: "copy", from, to, words: size });
    };
    inputs.forEach((input, index) => {
      const from = external("input", index);
      if (staged.has(input)) copy(from, places.get(input)!, input.size);
      for (const { carries } of top.loops)
        for (const { initial } of carries)
          if (initial.inputs[0] === input) copy(from, places.get(initial)!, input.size);
    });
    steps.push(...this.steps(plan));
    outputs.forEach((output, index) => {
      const [value] = output.inputs;
      const to = external("output", index);
      if (isTransfer(output)) {
        const from =
          value!.op === "input" ? external("input", inputs.indexOf(value!)) : places.get(value!)!;
        copy(from, to, output.size);
      } else if (staged.has(output)) copy(places.get(output)!, to, output.size);
    });
    return { kernels: this.kernels, steps, words, longest: this.longest };
  }

  private steps({ levels }: Plan): Step[] {
    return levels.flatMap((items): Step[] => {
      const sections = items.filter((item): item is Section => item.kind === "section");
      return [
        ...this.kernelsOf(sections),
        ...items.flatMap((item): Step[] => {
          if (item.kind === "section") return [];
          const { length, reverse, body } = item.loop;
          this.longest = Math.max(this.longest, length, 1);
          const steps = this.steps(item.body);
          return [{ kind: "loop", depth: body.depth, length, reverse, steps }];
        }),
      ];
    });
  }

  /** Sections of a level, in as few kernels as the number of buffers allows. */
  private kernelsOf(sections: readonly Section[]): Step[] {
    const { places } = this.memory;
    const { segment, buffers: limit, long } = this.limits;
    const groups: Section[][] = [];
    let bound = new Set<string>();
    for (const section of sections.filter((one) => !isRecorded(one))) {
      const own = [...section.reads.keys(), ...section.roots].flatMap((value) => {
        const place = places.get(value);
        if (!place) return [];
        const { buffer, index, offset } = place;
        return [buffer === "scratch" ? `${Math.floor(offset / segment)}` : `${buffer} ${index}`];
      });
      const all = new Set([...bound, ...own]);
      if (groups.length > 0 && all.size <= limit) {
        groups.at(-1)!.push(section);
        bound = all;
      } else {
        groups.push([section]);
        bound = new Set(own);
      }
    }
    const kernels = [
      ...groups.map((group) => kernelOf(group, { places, segment, long })),
      ...sections
        .filter(isRecorded)
        .map((section) => recordedKernel(section, places, this.limits.products!.record)),
    ];
    return kernels.map((kernel) => ({ kind: "kernel", index: this.kernels.push(kernel) - 1 }));
  }
}
