import { check } from "@nn/core";
import { columnFrom, isMissing } from "../frame/column.ts";
import { changeColumns, columnOf, lack } from "../frame/frame.ts";
import { kindOf } from "../kind.ts";
import { show } from "../show.ts";
import { refuseState } from "../state.ts";
import type { Step } from "../step.ts";

/** A value of a cell; null is a missing one. */
export type Cell = number | string | boolean | null;

/**
 * Replaces a value of a column wherever it stands: by another one, or by what the same row has in another column. null is
 * a missing value. There is no way back from it.
 *
 * ```ts
 * replaceWhere("yr_renovated", 0, { column: "yr_built" });
 * replaceWhere("rooms", 33, 3);
 * replaceWhere("basement", null, 0);
 * ```
 */
export function replaceWhere(
  column: string,
  value: Cell,
  by: Cell | { readonly column: string },
): Step {
  const name = "replaceWhere";
  const other = typeof by === "object" && by !== null ? by.column : undefined;
  check(
    typeof column === "string",
    () => `${name}: expected the name of a column, got ${show(column)}`,
  );
  check(isCell(value), () => `${name}: expected a value to replace, got ${show(value)}`);
  check(
    isCell(by) || (typeof other === "string" && Object.keys(Object(by)).length === 1),
    () =>
      `${name}: expected a value or { column: "…" } to replace ${show(value)} by, got ${show(by)}`,
  );
  const isMeant = (one: unknown): boolean => (value === null ? isMissing(one) : one === value);
  return {
    kind: kindOf(name),
    config: { column, value, by },
    fit(frame) {
      columnOf(name, frame, column);
      if (other !== undefined) columnOf(name, frame, other);
      return null;
    },
    fitted(state) {
      refuseState(name, state, state === null);
      return {
        transform(frame) {
          const values = frame.columns.get(column);
          if (!values) return frame;
          const others = other === undefined ? undefined : frame.columns.get(other);
          if (other !== undefined && !others) return lack(frame, column, other);
          return changeColumns(frame, [[column, by]], () =>
            columnFrom(
              Array.from<unknown, unknown>(values, (one, row) =>
                isMeant(one) ? (others ? others[row] : by) : one,
              ),
            ),
          );
        },
      };
    },
  };
}

function isCell(value: unknown): value is Cell {
  return value === null || ["string", "boolean"].includes(typeof value) || Number.isFinite(value);
}
