import { check, type Config } from "@nn/core";
import type { Frame } from "../frame/frame.ts";
import { frameOf } from "../frame/frame.ts";
import { prepared } from "../frame/prepared.ts";
import type { Column } from "../frame/column.ts";
import { kindOf } from "../kind.ts";
import { show } from "../show.ts";
import { refuseState } from "../state.ts";
import type { Step } from "../step.ts";

/** Columns by their names. */
export type ColumnsByName = { readonly [name: string]: Column };

/** From columns to columns of as many rows. Arrays that come in must not be written to. */
export type ColumnsMap = (columns: ColumnsByName) => {
  readonly [name: string]: ArrayLike<unknown>;
};

/**
 * A step of functions. What `transform` returns are all columns there are afterwards, so begin with those that came in.
 * `revert` is given the columns that are to be reverted, which may be few. A pipeline with such a step cannot be saved:
 * functions have no JSON form. Write a step with a kind of its own for that, see `Step`.
 *
 * ```ts
 * custom((columns) => ({ ...columns, rooms: columns.bedrooms.map((x) => x + 1) }));
 * ```
 */
export function custom(transform: ColumnsMap, revert?: ColumnsMap): Step {
  check(
    typeof transform === "function" && (revert === undefined || typeof revert === "function"),
    () => `custom: expected functions from columns to columns, got ${show(transform ?? revert)}`,
  );
  return {
    kind: kindOf("custom"),
    config: { transform, revert } as unknown as Config,
    fit: () => null,
    fitted(state) {
      refuseState("custom", state, state === null);
      return {
        transform: (frame) => through(frame, transform),
        ...(revert && { revert: (frame: Frame) => through(frame, revert) }),
      };
    },
  };
}

function through(frame: Frame, map: ColumnsMap): Frame {
  const result = map(prepared(frame).columns());
  check(
    typeof result === "object" && result !== null,
    () => `custom: a function must return columns by their names, got ${show(result)}`,
  );
  const names = Object.keys(result);
  const { columns } = frameOf("custom", {
    numRows: () => frame.rows,
    columnNames: () => names,
    array: (name) => result[name]!,
  });
  const lacking = new Map([...frame.lacking].filter(([name]) => !columns.has(name)));
  const added = names.filter((name) => !frame.columns.has(name));
  const sources = new Map([...frame.sources].filter(([name]) => columns.has(name)));
  for (const name of added) sources.set(name, []);
  return { ...frame, columns, lacking, sources };
}
