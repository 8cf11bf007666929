import { check, isTensor, sizeOf, type Table } from "@nn/core";
import type { Predict } from "../importance/function-scorer.ts";
import { isLeaf, isShaped, type RowsTree } from "../inputs/examples.ts";
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
        const set = asked.map((each, i) => [each, filled(columns[each]!, point[i])] as const);
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
  const values = await numbersOf(predictions);
  const width = values.length / rows;
  check(
    Number.isInteger(width) && width > 0,
    () => `${name}: predict returned ${values.length} numbers for ${rows} rows`,
  );
  check(
    output === undefined ? width === 1 : output < width,
    () =>
      `${name}: predict returns ${width} numbers a row; say which one to look at with output, from 0 to ${width - 1}`,
  );
  if (width === 1) return values;
  return Array.from({ length: rows }, (_, row) => values[row * width + output!]!);
}

async function numbersOf(predictions: RowsTree): Promise<ArrayLike<number>> {
  if (isTensor(predictions)) return predictions.read();
  if (isShaped(predictions)) return predictions.data.subarray(0, sizeOf(predictions.shape));
  if (ArrayBuffer.isView(predictions)) return predictions as unknown as ArrayLike<number>;
  const flat = (node: unknown): unknown[] =>
    Array.isArray(node) || ArrayBuffer.isView(node)
      ? Array.from(node as never[]).flatMap(flat)
      : [node];
  return flat(predictions).map(Number);
}
