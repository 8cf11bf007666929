import { angles } from "./angles.ts";
import { comparisons } from "./comparisons.ts";
import { conversions } from "./conversions.ts";
import { exponentials } from "./exponentials.ts";
import { halves } from "./halves.ts";
import { remainder } from "./remainder.ts";
import { threefry } from "./threefry.ts";

/** A function in WGSL, and the functions before it that it calls. */
export type WgslFunction = readonly [name: string, code: string, calls?: readonly string[]];

/** Every function stands behind those that it calls. */
const all: readonly WgslFunction[] = [
  ...exponentials,
  ...angles,
  remainder,
  ...comparisons,
  ...conversions,
  ...halves,
  threefry,
];

/** The declarations of all functions that a piece of WGSL calls. */
export function functionsFor(code: string): string {
  const called = new Set(all.flatMap(([name]) => (code.includes(`${name}(`) ? [name] : [])));
  for (const [name, , calls = []] of all.toReversed())
    if (called.has(name)) for (const other of calls) called.add(other);
  return all.flatMap(([name, text]) => (called.has(name) ? [text] : [])).join("");
}
