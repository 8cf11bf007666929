import { check, isTensor, sizeOf, type Table } from "@nn/core";
import type { Predict } from "../importance/function-scorer.ts";
import { isLeaf, isShaped, type Rows, type RowsTree } from "../inputs/examples.ts";
import { columnAt } from "../inputs/features.ts";
import { type Columns, columnsOf, filled, lengthOf, takeRows } from "../inputs/table.ts";
import { show } from "../options.ts";
import type { Subject, SubjectOptions } from "./subject.ts";

/** A function of columns, which is called once for each point. */
export function functionSubject(
  name: string,
  predict: Predict,
  inputs: Table | Columns,
  output: unknown,
  options: SubjectOptions,
): Subject {
  check(
    output === undefined || (Number.isInteger(output) && Number(output) >= 0),
    () =>
      `${name}: output must be the number of a column that predict returns, got ${show(output)}`,
  );
  const given = columnsOf(`${name}: inputs`, inputs);
  const names = Object.keys(given);
  const rows = options.rowsOf(lengthOf(given));
  const columns = takeRows(given, rows);
  const asked = options.features.map(
    (feature) => names[columnAt(`${name}: features`, names, feature)]!,
  );
  return {
    rows: rows.length,
    columns: asked.map((each) => ({ name: each, values: columns[each]! })),
    async respond(points, tell) {
      for (const [at, point] of points.entries()) {
        const set = asked.map(
          (each, i) =>
            [each, filled(`${name}: grid of ${each}`, columns[each]!, point[i])] as const,
        );
        const predictions = await predict({ ...columns, ...Object.fromEntries(set) });
        tell(at, 0, await outputsOf(name, predictions, rows.length, output as number | undefined));
        await options.breathe();
      }
    },
    release() {},
  };
}

/** One output of each row. */
async function outputsOf(
  name: string,
  predictions: RowsTree,
  rows: number,
  output: number | undefined,
): Promise<ArrayLike<number>> {
  check(
    isLeaf(predictions),
    () =>
      `${name}: predict must return one tensor or array with a row for each of the columns', got ${show(predictions)}`,
  );
  const own = rowsIn(predictions);
  const values = await numbersOf(name, predictions);
  const width = values.length / rows;
  check(
    own === rows && Number.isInteger(width) && width > 0,
    () =>
      `${name}: predict returned ${own} rows of ${values.length} numbers in all for ${rows} rows`,
  );
  check(
    output === undefined ? width === 1 : output < width,
    () =>
      `${name}: predict returns ${width} numbers a row; say which one to look at with output, from 0 to ${width - 1}`,
  );
  if (width === 1) return values;
  return Array.from({ length: rows }, (_, row) => values[row * width + output!]!);
}

/** How many rows predictions have. */
function rowsIn(predictions: Rows): number {
  if (isTensor(predictions) || isShaped(predictions)) return predictions.shape[0] ?? 0;
  return (predictions as ArrayLike<unknown>).length;
}

async function numbersOf(name: string, predictions: Rows): Promise<ArrayLike<number>> {
  if (isTensor(predictions)) return predictions.read();
  if (isShaped(predictions)) return predictions.data.subarray(0, sizeOf(predictions.shape));
  const flat = (node: unknown): unknown[] =>
    Array.isArray(node) || ArrayBuffer.isView(node)
      ? Array.from(node as never[]).flatMap(flat)
      : [node];
  return flat(predictions).map((value) => {
    check(
      typeof value === "number" || typeof value === "boolean",
      () => `${name}: predict returned ${show(value)}, which is no number`,
    );
    return Number(value);
  });
}
