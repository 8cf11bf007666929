import type { Json } from "@nn/core";
import { type Path, pointerOf } from "./pointer.ts";

/** Where two values of JSON differ first, as a JSON pointer; undefined where they are the same. */
export function differentAt(
  a: Json | undefined,
  b: Json | undefined,
  path: Path = [],
): string | undefined {
  const isSame = a === b || JSON.stringify(a) === JSON.stringify(b);
  if (isSame) return undefined;
  const [one, other] = [Object(a), Object(b)] as { readonly [name: string]: Json }[];
  const areParts = one === a && other === b && Array.isArray(a) === Array.isArray(b);
  if (!areParts) return pointerOf(path);
  const names = new Set([...Object.keys(one!), ...Object.keys(other!)]);
  for (const name of names) {
    const found = differentAt(one![name], other![name], [...path, name]);
    if (found !== undefined) return found;
  }
  // The same parts in another order.
  return undefined;
}
