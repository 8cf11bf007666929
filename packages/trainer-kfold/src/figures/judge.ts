import { type Backend, flatten, type Loss, type Metric, type Tree } from "@nn/core";
import { type Batch, evaluate } from "@nn/trainer";
import { kindOf } from "../kind.ts";
import type { AnyLayer } from "@nn/core";
import type { FiguresByName } from "../result.ts";

/** What predictions are judged by, whatever they are. */
export interface Judges {
  readonly loss: Loss<Tree, Tree>;
  readonly metrics: readonly Metric<Tree, Tree>[];
}

/** A model that has its predictions already. */
const known: AnyLayer = {
  kind: kindOf("known"),
  config: {},
  apply: (_, predictions) => predictions,
};

/** The loss and metrics of predictions that stand on a backend, batch by batch as `evaluate` does it. */
export async function judge(
  backend: Backend,
  judges: Judges,
  predictions: Tree,
  { targets, weights }: Pick<Batch, "targets" | "weights">,
): Promise<FiguresByName> {
  const data = { inputs: predictions, targets, ...(weights && { weights }) };
  const options = { ...judges, backend };
  const { loss, metrics } = await evaluate(known, { parameters: {}, state: {} }, data, options);
  return { loss, ...metrics };
}

/** Gives back the memory of a tree. */
export function disposeOf(tree: Tree): void {
  for (const leaf of flatten(tree).leaves) leaf.dispose();
}
