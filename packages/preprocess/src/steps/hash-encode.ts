import { type Columns, namesOf, parse, type StepArguments, wholeFrom } from "../arguments.ts";
import { type Column, isMissing } from "../frame/column.ts";
import { columnOf, type NamedColumn, replaceColumn } from "../frame/frame.ts";
import { kindOf } from "../kind.ts";
import { where } from "../scopes.ts";
import { isNames, refuseState } from "../state.ts";
import type { Step } from "../step.ts";

/** What can be chosen for `hashEncode`. */
export interface HashEncodeOptions {
  /** How many columns to make, up to 10,000; 16 by default. */
  readonly buckets?: number;
}

/**
 * Replaces a column of many levels by a few: a row has 1 in the one that its level is hashed to, and 0 in the others, so
 * that `street` becomes `street_hash_0`, `street_hash_1` and so on. Nothing is learned, and new levels have their place,
 * which they may share with others. Missing values have 0 everywhere. There is no way back. Columns of texts by default.
 *
 * ```ts
 * hashEncode("street", { buckets: 32 });
 * ```
 */
export function hashEncode(...args: StepArguments<HashEncodeOptions>): Step {
  const name = "hashEncode";
  const parsed = parse<HashEncodeOptions>(name, args, { buckets: wholeFrom(2, 10_000) });
  const columns: readonly Columns[] = parsed.columns;
  const { buckets = 16 } = parsed.options;
  const namesFor = (column: string): string[] =>
    Array.from({ length: buckets }, (_, at) => `${column}_hash_${at}`);
  return {
    kind: kindOf(name),
    config: { columns, ...parsed.options },
    fit(frame) {
      const names = namesOf(columns, frame, where({ type: "string" }));
      for (const column of names) columnOf(name, frame, column);
      return names;
    },
    fitted(state) {
      refuseState(name, state, isNames(state));
      return {
        transform: (frame) =>
          (state as readonly string[]).reduce((before, column) => {
            const values = before.columns.get(column);
            const names = namesFor(column);
            return replaceColumn(before, column, values ? bucketsOf(values, names) : [], names);
          }, frame),
      };
    },
  };
}

function bucketsOf(values: Column, names: readonly string[]): NamedColumn[] {
  const made = names.map((name) => [name, new Float64Array(values.length)] as const);
  const known = new Map<unknown, number>();
  for (let row = 0; row < values.length; row++) {
    const value = values[row];
    if (isMissing(value)) continue;
    let at = known.get(value);
    if (at === undefined) known.set(value, (at = hashOf(String(value)) % names.length));
    made[at]![1][row] = 1;
  }
  return made;
}

/** FNV-1a of UTF-16 words, mixed so that the low bits depend on all. */
function hashOf(value: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < value.length; i++) hash = Math.imul(hash ^ value.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}
