import type { ExperimentResult, RunRecord, Experiment } from "@nn/experiment";
import { type Importance, partialDependence } from "@nn/interpret";
import { runReport } from "@nn/report";
import type { Houses } from "./houses.ts";

/** What a report is made of. */
export interface HouseReport {
  readonly experiment: Experiment;
  readonly record: RunRecord;
  readonly result: ExperimentResult;
  readonly houses: Houses;
  readonly importance: Importance;
}

/** The report of a run as HTML: how good it is, what it relies on, and how prices depend on that. */
export async function houseReport(of: HouseReport): Promise<string> {
  const { experiment, record, result, houses, importance } = of;
  const { table, data } = houses;
  const { best } = result.folds;
  const held = { model: best, table, rows: best.validation };
  const dependence = [];
  for (const { name } of importance.features.slice(0, 4))
    dependence.push(await partialDependence({ ...held, features: [name], curves: true }));
  const place = await partialDependence({
    ...held,
    features: ["long", "lat"],
    grid: [steps(-122.5, -121.7), steps(47.16, 47.77)],
    rows: 300,
  });

  const { rows, predicted, actual } = result.predictions!;
  const column = (name: string) => Array.from(rows, (row) => table.get(name, row) as unknown);
  const features = table.columnNames().filter((name) => name !== "price" && name !== "id");
  const numbers = (from: {
    columnNames(): readonly string[];
    array(name: string): ArrayLike<unknown>;
  }) =>
    Object.fromEntries(
      from
        .columnNames()
        .filter((name) => name !== "id")
        .map((name) => [name, from.array(name)] as const)
        .filter(([, values]) => typeof values[0] === "number"),
    );
  return runReport({
    ...result.folds,
    name: `House prices, ${experiment.name}`,
    description:
      data === "generated"
        ? "Houses that were generated, for want of a file of real ones. Prices say nothing about any place."
        : "House sales in King County, May 2014 to May 2015.",
    date: record.started,
    seconds: result.figures.seconds,
    config: experiment.json,
    environment: {
      ...record.environment,
      data: `${record.data.file}, SHA-256 ${record.data.sha256}`,
      git: record.git?.revision,
      ...record.versions,
    },
    predictions: {
      target: "price",
      truth: actual["price"]!,
      predicted: predicted["price"]!,
      features: Object.fromEntries(features.map((name) => [name, column(name)])),
    },
    importance,
    dependence,
    surface: place,
    boxes: { before: numbers(table), after: numbers(best.pipeline!.transform(table)) },
  });
}

/** Thirty numbers from one to another. */
function steps(from: number, to: number): number[] {
  return Array.from({ length: 30 }, (_, i) => from + ((to - from) * i) / 29);
}
