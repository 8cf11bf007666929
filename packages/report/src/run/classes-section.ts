import { checkLengths, readColumn } from "../data/columns.ts";
import { shorten, showCount } from "../draw/text.ts";
import type { Section } from "../html/report.ts";
import type { Predictions } from "./run-record.ts";

/** Classes that have a row and a column of their own, the most frequent ones; the others share one. */
const mostClasses = 12;

/** Whether words are predicted: classes, that have no residuals. */
export function hasClasses({ truth, predicted }: Predictions): boolean {
  const [first, second] = [
    readColumn("runReport: truth", truth),
    readColumn("runReport: predicted", predicted),
  ];
  return first.type === "words" && second.type === "words";
}

/** Which classes are taken for which, as a table. */
export function classesSection(title: string, target: string, of: Predictions): Section {
  checkLengths("runReport: predictions", { truth: of.truth, predicted: of.predicted });
  const truth = readColumn("runReport: truth", of.truth);
  const predicted = readColumn("runReport: predicted", of.predicted);
  const levels = [...new Set([...truth.levels, ...predicted.levels])];
  const shown = levels.length > mostClasses + 1 ? levels.slice(0, mostClasses) : levels;
  const others = levels.length - shown.length;
  const names = [...shown, ...(others > 0 ? [`${others} others`] : [])];
  const counts = names.map(() => names.map(() => 0));
  const right = names.map(() => 0);
  const placesOf = (column: typeof truth): number[] =>
    column.levels.map((level) => {
      const place = shown.indexOf(level);
      return place < 0 ? shown.length : place;
    });
  const [rows, columns] = [placesOf(truth), placesOf(predicted)];
  let missing = 0;
  truth.values.forEach((level, row) => {
    const guess = predicted.values[row]!;
    if (Number.isNaN(level + guess)) {
      missing++;
      return;
    }
    const place = rows[level]!;
    counts[place]![columns[guess]!]!++;
    if (truth.levels[level] === predicted.levels[guess]) right[place]!++;
  });
  const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
  const total = sum(counts.map(sum));
  const left = missing > 0 ? ` ${showCount(missing, "row")} with missing values left out.` : "";
  return {
    title,
    lead: `Of ${showCount(total, "row")}, ${percent(sum(right), total)} are predicted right.${left}`,
    blocks: [
      {
        kind: "table",
        caption: `Rows of each true ${target}, by what was predicted`,
        columns: [`true ${target}`, ...names.map((name) => shorten(name, 30)), "right"],
        rows: names.map((name, i) => [name, ...counts[i]!, percent(right[i]!, sum(counts[i]!))]),
      },
    ],
  };
}

function percent(part: number, of: number): string {
  return of > 0 ? `${((100 * part) / of).toFixed(1)} %` : "–";
}
