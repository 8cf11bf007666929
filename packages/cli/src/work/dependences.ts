import type { Backend, Table } from "@nn/core";
import { type PartialDependence, partialDependence } from "@nn/interpret";
import { predictTable, tableOf } from "@nn/trainer-kfold";
import { areNumbers } from "./numbers.ts";
import type { Subject } from "./open-subject.ts";

/** How predictions follow a feature. */
export interface FeatureDependence extends PartialDependence {
  /** Which output it is, where the model has several: the one that the feature moves most. */
  readonly output?: string;
}

/** Outputs that are looked at, at most. */
const mostOutputs = 10;

/** Finds the partial dependence of predictions on each of some features. */
export async function dependencesOn(
  features: readonly string[],
  { model }: Subject,
  common: { readonly table: Table; readonly rows: Int32Array; readonly backend: Backend },
): Promise<readonly FeatureDependence[]> {
  const outputs = (await outputsOf(model, common)).slice(0, mostOutputs);
  const found: FeatureDependence[] = [];
  for (const feature of features) {
    const options = { ...common, model, features: [feature] };
    if (outputs.length === 1) {
      found.push(await partialDependence(options));
      continue;
    }
    const each: FeatureDependence[] = [];
    for (const [at, output] of outputs.entries())
      each.push({ ...(await partialDependence({ ...options, output: at })), output });
    found.push(each.reduce((most, one) => (rangeOf(one) > rangeOf(most) ? one : most)));
  }
  return found;
}

/** What is predicted: the columns that the pipeline takes predictions back to, or those of the model. */
async function outputsOf(
  model: Subject["model"],
  { table, backend }: { readonly table: Table; readonly backend: Backend },
): Promise<readonly string[]> {
  const columns = Object.fromEntries(
    table.columnNames().map((name) => [name, [table.array(name)[0]]]),
  );
  const predicted = await predictTable(model, tableOf(columns), { backend });
  const names = predicted.columnNames();
  return areNumbers(predicted, names) ? names : model.columns!.outputs;
}

function rangeOf({ average }: PartialDependence): number {
  return Math.max(...average) - Math.min(...average);
}
