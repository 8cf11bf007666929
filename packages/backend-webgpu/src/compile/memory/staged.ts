import type { Graph, Value } from "../graph/graph.ts";
import { isRecorded, isTransfer, sectionsOf, type Plan } from "../sections/sections.ts";

/**
 * Chooses the inputs and outputs that are copied to scratch memory or from there: what recorded kernels read, since they
 * find everything there, and of those that kernels use all but the `direct` largest.
 */
export function chooseStaged({ inputs, outputs }: Graph, plan: Plan, direct: number): Set<Value> {
  const items = plan.levels.flat();
  const recorded = sectionsOf(plan).filter(isRecorded);
  const used = new Set([
    ...inputs.filter((input) => items.some((item) => item.reads.has(input))),
    ...outputs.filter((output) => !isTransfer(output)),
  ]);
  const scratched = recorded
    .flatMap(({ reads }) => [...reads.keys()])
    .filter(({ op }) => op === "input");
  for (const input of scratched) used.delete(input);
  const bySize = [...used].sort((a, b) => b.size - a.size);
  return new Set([...scratched, ...bySize.slice(direct)]);
}
