import { check } from "@nn/core";
import { type Columns, namesOf, parse } from "../arguments.ts";
import { numbersOf } from "../frame/column.ts";
import { type AddedColumn, addColumns, columnOf, type Frame } from "../frame/frame.ts";
import { kindOf } from "../kind.ts";
import { isNames, refuseState } from "../state.ts";
import type { Step } from "../step.ts";

/**
 * Adds the product of each pair of columns: of `lat` and `long` as `lat_times_long`. Pairs are in the order in which
 * columns are named, or for scopes in that of the table.
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
        transform: (frame) =>
          addColumns(
            frame,
            pairs.map(([a, b]) => product(frame, a, b)),
          ),
      };
    },
  };
}

function product({ columns }: Frame, a: string, b: string): AddedColumn {
  const name = `${a}_times_${b}`;
  return {
    name,
    from: [a, b],
    make() {
      const first = numbersOf("interactions", a, columns.get(a)!);
      const second = numbersOf("interactions", b, columns.get(b)!);
      const values = first.map((value, row) => value * second[row]!);
      const at = values.findIndex(
        (value, row) =>
          !Number.isFinite(value) && !Number.isNaN(first[row]) && !Number.isNaN(second[row]),
      );
      check(
        at < 0,
        () => `interactions: '${name}' would be ${values[at]} in row ${at}; scale first`,
      );
      return values;
    },
  };
}
