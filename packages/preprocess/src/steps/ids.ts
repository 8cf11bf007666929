import { check, type Table } from "@nn/core";
import { columnOf, dropColumns, frameOf } from "../frame/frame.ts";
import { prepared, type PreparedTable } from "../frame/prepared.ts";
import { kindOf } from "../kind.ts";
import { show } from "../show.ts";
import { refuseState } from "../state.ts";
import type { Step } from "../step.ts";

/**
 * Sets a column aside that says which row is which: it is no input of the model, and stays with the rows as `ids` of the
 * prepared table. Rows without that column have none.
 *
 * ```ts
 * const rows = pipeline([ids("id"), minMax()]).fit(table).transform(table);
 * attachIds(predictions, rows.ids, "id");
 * ```
 */
export function ids(column: string): Step {
  check(
    typeof column === "string",
    () => `ids: expected the name of a column, got ${show(column)}`,
  );
  return {
    kind: kindOf("ids"),
    config: { column },
    fit(frame) {
      columnOf("ids", frame, column);
      return null;
    },
    fitted(state) {
      refuseState("ids", state, state === null);
      return {
        transform(frame) {
          const values = frame.columns.get(column);
          return { ...dropColumns(frame, [column]), ...(values && { ids: values }) };
        },
      };
    },
  };
}

/** Puts ids beside predictions, which are in the order of the rows that the ids are from. */
export function attachIds(
  predictions: Table,
  values: ArrayLike<unknown> | undefined,
  name = "id",
): PreparedTable {
  const frame = frameOf("attachIds", predictions);
  check(
    values?.length === frame.rows,
    () =>
      `attachIds: expected ${frame.rows} ids, one for each row, got ${values?.length ?? "none"}`,
  );
  check(
    !frame.columns.has(name),
    () => `attachIds: there is a column '${name}' already; give another name`,
  );
  return prepared({
    ...frame,
    columns: new Map([[name, Array.from(values!)], ...frame.columns]),
  });
}
