import { classesOf } from "./classes.ts";
import type { Columns, Finding } from "./finding.ts";
import { constants, duplicates, unscaled } from "./inputs.ts";
import type { Matrix } from "./matrix.ts";
import { isTable, withStatistics } from "./table.ts";
import { imbalance, leaks } from "./targets.ts";

/** What would keep a model from learning well, or from being any good where it is used. */
export function warningsIn(
  inputs: readonly Matrix[],
  targets: readonly Matrix[],
  columns: Columns,
  isItself: boolean,
): Finding[] {
  const tables = inputs.filter(isTable).map(withStatistics);
  const judged = targets.filter((matrix) => matrix.rank < 2).map(withStatistics);
  const classes = targets.length === 1 && judged[0] ? classesOf(judged[0].matrix) : undefined;
  const { rows = 0 } = judged[0]?.matrix ?? tables[0]?.matrix ?? {};
  if (rows < 2) return [];
  return [
    ...constants("constant", tables, columns),
    ...duplicates(tables, columns),
    ...unscaled("unscaled", tables, columns),
    ...(isItself ? [] : leaks(tables, judged, classes, columns)),
    ...(classes
      ? imbalance(judged[0]!.matrix, classes, columns)
      : [
          ...constants("constant-target", judged, columns),
          ...unscaled(
            "unscaled-target",
            judged.filter(({ matrix }) => isTable(matrix)),
            columns,
          ),
        ]),
  ];
}
