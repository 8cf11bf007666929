import type { Path } from "../json/pointer.ts";
import type { Problems } from "./problems.ts";

const deepest = 64;

/**
 * Refuses JSON that is nested so deep that reading it could exhaust the stack, names that mean something to JavaScript's
 * objects, and what is no JSON. Everything else of the reader relies on it.
 */
export function checkJson(json: unknown, problems: Problems): void {
  const left: { readonly value: unknown; readonly path: Path }[] = [{ value: json, path: [] }];
  for (let next = left.pop(); next; next = left.pop()) {
    const { value, path } = next;
    if (typeof value !== "object" || value === null) {
      const isJson =
        value === null || ["string", "boolean"].includes(typeof value) || Number.isFinite(value);
      problems.expect(path, isJson, () => `expected JSON, got ${String(value)}`);
      continue;
    }
    if (path.length > deepest) {
      problems.report(path.slice(0, 4), `this is nested more than ${deepest} levels deep`);
      return;
    }
    if (Array.isArray(value)) {
      for (const [i, item] of value.entries()) left.push({ value: item, path: [...path, i] });
      continue;
    }
    for (const [name, item] of Object.entries(value)) {
      const isSafe = name !== "__proto__";
      problems.expect([...path, name], isSafe, () => "nothing can be called '__proto__' here");
      if (isSafe) left.push({ value: item, path: [...path, name] });
    }
  }
}
