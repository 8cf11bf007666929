import { type Classes, telling } from "./classes.ts";
import { type Columns, type Finding, list, warning } from "./finding.ts";
import type { Matrix } from "./matrix.ts";
import { correlations } from "./statistics.ts";
import { isRare, leastRows, type Table } from "./table.ts";

/** How many times as many rows the largest class may have as the smallest. */
const balance = 20;
/** Target columns above which leaks are not looked for, as in images that are to be reconstructed. */
const mostTargets = 16;

/** Inputs that give away the target. */
export function leaks(
  tables: readonly Table[],
  targets: readonly Table[],
  classes: Classes | undefined,
  columns: Columns,
): Finding[] {
  const found = new Map<string, string>();
  for (const { matrix, statistics } of tables) {
    if (matrix.rows < leastRows) continue;
    const add = (column: number, what: string): void => {
      const name = columns.nameOf(matrix, column);
      if (statistics.bad[column] === 0 && !isRare(matrix, column))
        found.set(name, `${name} ${what}`);
    };
    if (classes) for (const column of telling(matrix, classes)) add(column, "gives away the class");
    else
      for (const target of targets) {
        if (target.matrix.width > mostTargets) continue;
        for (let i = 0; i < target.matrix.width; i++) {
          if (target.statistics.bad[i]! > 0) continue;
          const all = correlations(matrix, statistics, target.matrix, target.statistics, i);
          for (const [column, correlation] of all.entries())
            if (Math.abs(correlation) > 0.9999)
              add(
                column,
                `follows ${columns.nameOf(target.matrix, i)} (correlation ${correlation.toFixed(6)})`,
              );
        }
      }
  }
  return warning(
    "leak",
    [...found.keys()],
    `${list([...found.values()])}${columns.sample}`,
    "leave out what is not known when the model is used",
  );
}

/** Classes with few rows, or a single class. */
export function imbalance(
  { path }: Matrix,
  { names, counts }: Classes,
  columns: Columns,
): Finding[] {
  if (counts.length === 1)
    return warning(
      "constant-target",
      [path],
      `${path}: all rows are of class ${names[0]}${columns.sample}`,
      "add rows of other classes",
    );
  const largest = counts.indexOf(Math.max(...counts));
  const smallest = counts.indexOf(Math.min(...counts));
  if (counts[largest]! <= balance * counts[smallest]!) return [];
  return warning(
    "imbalanced",
    [path],
    `${path}: class ${names[largest]} has ${counts[largest]} rows, class ${names[smallest]} only ` +
      `${counts[smallest]}${columns.sample}`,
    "weight rows with classWeights(), and judge by more than accuracy",
  );
}
