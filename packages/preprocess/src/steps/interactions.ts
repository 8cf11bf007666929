import { check } from "@nn/core";
import { type Columns, namesOf, parse } from "../arguments.ts";
import { type Column, numbersOf } from "../frame/column.ts";
import { addColumns, columnOf, type Frame, lack } from "../frame/frame.ts";
import { kindOf } from "../kind.ts";
import { isNames, refuseState } from "../state.ts";
import type { Step } from "../step.ts";

/**
 * Adds the product of each pair of columns: of `lat` and `long` as `lat_times_long`.
 *
 * ```ts
 * interactions("lat", "long", "grade"); // three products
 * ```
 */
export function interactions(...args: readonly Columns[]): Step {
  const name = "interactions";
  const { columns } = parse(name, args, {});
  return {
    kind: kindOf(name),
    config: { columns },
    fit(frame) {
      const names = namesOf(columns, frame);
      check(names.length > 1, () => `${name}: expected two columns or more, got ${names.length}`);
      for (const column of names) numbersOf(name, column, columnOf(name, frame, column));
      return names;
    },
    fitted(state) {
      refuseState(name, state, isNames(state));
      const names = state as readonly string[];
      const pairs = names.flatMap((a, i) => names.slice(i + 1).map((b) => [a, b] as const));
      return {
        transform: (frame) => pairs.reduce((before, [a, b]) => withProduct(before, a, b), frame),
      };
    },
  };
}

function withProduct(frame: Frame, a: string, b: string): Frame {
  const added = `${a}_times_${b}`;
  const missing = [a, b].find((name) => !frame.columns.has(name));
  if (missing !== undefined) return lack(frame, [added], missing);
  const [first, second] = [a, b].map((name) =>
    numbersOf("interactions", name, frame.columns.get(name)!),
  );
  const product: Column = first!.map((value, row) => value * second![row]!);
  const at = product.findIndex((value) => Math.abs(value) === Infinity);
  check(at < 0, () => `interactions: '${added}' would be ${product[at]} in row ${at}; scale first`);
  return addColumns(frame, [[added, product]], [a, b]);
}
