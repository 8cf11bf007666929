import { lower, print, type Program } from "@nn/core";
import { expect, test } from "vitest";
import { randomProgram } from "../../../tools/random-programs/program.ts";
import { arrange } from "../src/compile/arrange.ts";
import { chooseStored } from "../src/compile/graph/stored.ts";
import { graphOf } from "../src/compile/graph/graph-of.ts";
import type { Graph } from "../src/compile/graph/graph.ts";
import type { CompileLimits } from "../src/compile/limits.ts";
import type { MemoryPlan } from "../src/compile/memory/memory.ts";
import type { Plan } from "../src/compile/sections/sections.ts";
import { isSupported } from "../src/compile/supported.ts";
import { hazardsOf } from "./hazards.ts";

const usual: CompileLimits = { segment: 2 ** 28, buffers: 10, long: Infinity };

function planOf(
  program: Program,
  limits = usual,
): { graph: Graph; plan: Plan; memory: MemoryPlan } {
  const graph = graphOf(lower(program, isSupported), () => false);
  chooseStored(graph, graph.top);
  return { graph, ...arrange(graph, limits) };
}

function program(seed: number, steps: number): Program {
  const dtypes = ["f32", "i32", "bool", "u8", "i8"] as const;
  return randomProgram(seed, { dtypes, steps }).program;
}

const runs = Number(process.env["NN_RUNS"] || 1);

test.each<[string, CompileLimits]>([
  ["as usual", usual],
  ["as halves", { ...usual, storage: "f16" }],
  ["in small parts of memory", { ...usual, segment: 6016, buffers: 4 }],
])(
  "sections of a level never touch what another one writes: %s",
  (_, limits) => {
    for (let seed = 0; seed < 50 * runs; seed++) {
      const random = program(seed, seed % 10 === 0 ? 40 : 8);
      const { graph, plan, memory } = planOf(random, limits);
      expect(hazardsOf(graph, plan, memory), `seed ${seed}\n${print(random)}`).toEqual([]);
    }
  },
  30_000 * Math.max(1, runs),
);

test("levels that run at once are noticed, and so are values in one place", () => {
  let [crowded, shared] = [0, 0];
  for (let seed = 0; seed < 20; seed++) {
    const { graph, plan, memory } = planOf(program(seed, 8));
    const all = plan.levels.flat();
    if (hazardsOf(graph, { ...plan, levels: [all] }, memory).length > 0) crowded++;
    const first = [...memory.places].map(
      ([value, place]) => [value, { ...place, offset: 0 }] as const,
    );
    if (hazardsOf(graph, plan, { ...memory, places: new Map(first) }).length > 0) shared++;
  }
  expect(crowded).toBeGreaterThan(10);
  expect(shared).toBeGreaterThan(10);
});
