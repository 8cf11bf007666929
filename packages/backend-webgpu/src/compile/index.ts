import { lower, type Program } from "@nn/core";
import { arrange } from "./arrange.ts";
import { chooseStored } from "./graph/stored.ts";
import { graphOf } from "./graph/graph-of.ts";
import type { CompileLimits } from "./limits.ts";
import { schedule, type Compiled, type Step } from "./schedule.ts";
import { isSupported } from "./supported.ts";

export type { CompileLimits, Compiled, Step };

/**
 * Turns a program into kernels and the order in which they run. There is a folder for each of the stages: `graph` (1, 2),
 * `sections` (3), `memory` (4), and `code` (6).
 *
 * 1. `graphOf` gives values their operations, also those of loops' bodies, and divides long sums.
 * 2. `chooseStored` decides which values are stored. All others, be they elementwise, moved, gathered or drawn, become
 *    part of the code of whatever reads them, which computes just the elements that it needs (`element.ts`).
 * 3. `planSections` joins stored values that are computed element by element, or as the epilogue of a product, to
 *    sections, and puts each on the first level where all that it reads is there.
 * 4. `planMemory` gives values places in one scratch buffer, by level; a loop's carry is overwritten in place. With
 *    `storage: "f16"`, those that `chooseHalves` names take half of it.
 * 5. `arrange` does both, and does them again with smaller sections where those would touch too many of a device's small
 *    buffers.
 * 6. `schedule` writes WGSL: all sections of a level are one kernel, so that a program takes as many dispatches as its
 *    longest chain of dependencies has links.
 *
 * The scratch buffer is bound once, to read and to write, since WebGPU refuses to bind a buffer for both.
 */
export function compileProgram(program: Program, limits: CompileLimits): Compiled {
  const least = limits.products?.from ?? Infinity;
  const graph = graphOf(lower(program, isSupported), (work) => work >= least);
  chooseStored(graph, graph.top);
  const { plan, memory } = arrange(graph, limits);
  return schedule(graph, plan, memory, limits);
}
