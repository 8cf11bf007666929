import { buffersOf } from "./sections/crowding.ts";
import type { Graph } from "./graph/graph.ts";
import { kernelOf, recordedKernel, type Kernel } from "./kernel.ts";
import type { CompileLimits } from "./limits.ts";
import { external, type MemoryPlan, type Place } from "./memory/memory.ts";
import { isRecorded, isTransfer, type Plan, type Section } from "./sections/sections.ts";

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

/** Writes all kernels, and puts them in the order in which they run. */
export function schedule(
  graph: Graph,
  plan: Plan,
  memory: MemoryPlan,
  limits: CompileLimits,
): Compiled {
  return new Scheduler(memory, limits).schedule(graph, plan);
}

class Scheduler {
  private readonly kernels: Kernel[] = [];
  private longest = 0;
  private readonly memory: MemoryPlan;
  private readonly limits: CompileLimits;

  constructor(memory: MemoryPlan, limits: CompileLimits) {
    this.memory = memory;
    this.limits = limits;
  }

  schedule({ inputs, outputs, top }: Graph, plan: Plan): Compiled {
    const { places, staged, words } = this.memory;
    const steps: Step[] = [];
    const copy = (from: Place, to: Place, size: number): void => {
      if (size > 0) steps.push({ kind: "copy", from, to, words: size });
    };
    const numbers = new Map(inputs.map((input, index) => [input, index]));
    for (const input of staged) {
      const index = numbers.get(input);
      if (index !== undefined) copy(external("input", index), places.get(input)!, input.size);
    }
    for (const { initial } of top.loops.flatMap(({ carries }) => carries)) {
      const index = numbers.get(initial.inputs[0]!);
      if (index !== undefined) copy(external("input", index), places.get(initial)!, initial.size);
    }
    steps.push(...this.steps(plan));
    outputs.forEach((output, index) => {
      const [value] = output.inputs;
      const to = external("output", index);
      if (isTransfer(output)) {
        const from =
          value!.op === "input" ? external("input", numbers.get(value!)!) : places.get(value!)!;
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
      const buffers = buffersOf(section, places, segment);
      const all = new Set([...bound, ...buffers]);
      if (groups.length > 0 && all.size <= limit) {
        groups.at(-1)!.push(section);
        bound = all;
      } else {
        groups.push([section]);
        bound = buffers;
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
