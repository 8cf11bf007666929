import { isGiven, type Region, type Value } from "../graph/graph.ts";
import { readsOf } from "./reads.ts";

/**
 * The next carry is written where the last one is. Where two of them read each other, or one is made of other elements
 * than it replaces, it is computed elsewhere first.
 */
export function separateCarries(
  stored: Set<Value>,
  region: Region,
  nexts: ReadonlyMap<Value, Value>,
): void {
  /** By carry: those whose next values have to be written before, because they read it. */
  const before = new Map<Value, Set<Value>>();
  const precedes = (carry: Value, other: Value, seen = new Set<Value>()): boolean => {
    if (carry === other) return true;
    if (seen.has(other)) return false;
    seen.add(other);
    return [...(before.get(other) ?? [])].some((one) => precedes(carry, one, seen));
  };
  const carries = new Set(nexts.values());
  for (const [next, carry] of nexts) {
    const [value] = next.inputs as [Value];
    if (value === carry) continue;
    const reads = readsOf(stored, next);
    const others = [...reads.keys()].filter((x) => x !== carry && carries.has(x));
    // This one is written before those that it reads are.
    const isCircular = reads.get(carry) === false || others.some((x) => precedes(x, carry));
    if (isCircular) stored.add(isGiven(value) ? insertCopy(region, next) : value);
    else for (const x of others) before.set(x, (before.get(x) ?? new Set<Value>()).add(carry));
  }
}

/** A copy between a value and what is made of it, so that both can change places. */
function insertCopy(region: Region, next: Value): Value {
  const copy: Value = { ...next, id: next.id - 0.5 };
  (next as { inputs: readonly Value[] }).inputs = [copy];
  region.values.splice(region.values.indexOf(next), 0, copy);
  return copy;
}
