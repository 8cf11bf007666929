import { crowdedSections, makeSmaller } from "./sections/crowding.ts";
import type { Graph, Value } from "./graph/graph.ts";
import { chooseHalves } from "./memory/halves.ts";
import type { CompileLimits } from "./limits.ts";
import { planMemory, type MemoryPlan } from "./memory/memory.ts";
import { planSections } from "./sections/plan.ts";
import type { Plan } from "./sections/sections.ts";

/**
 * Forms sections and gives their values places, so that each of them touches no more buffers than a kernel can be bound
 * to. Of those that would touch more, because scratch memory is in many parts, smaller ones are made.
 */
export function arrange(graph: Graph, limits: CompileLimits): { plan: Plan; memory: MemoryPlan } {
  const { segment, buffers } = limits;
  const apart = new Set<Value>();
  // Of inputs and outputs, so many are used where they are, if scratch memory is in two parts at most.
  let direct = buffers - 2;
  for (;;) {
    const plan = planSections(graph, apart);
    const halves = limits.storage === "f16" ? chooseHalves(graph, plan) : new Set<Value>();
    const memory = planMemory(graph, plan, halves, segment, direct);
    const crowded = crowdedSections(plan, memory.places, limits);
    if (crowded.length === 0) return { plan, memory };
    const fewer = Math.max(0, buffers - Math.ceil(memory.words / segment));
    if (fewer < direct) direct = fewer;
    else for (const section of crowded) makeSmaller(graph, section, apart, buffers);
  }
}
