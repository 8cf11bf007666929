import type { AnyLayer, Backend, Loss, Metric, Tree } from "@nn/core";
import { type Batch, evaluate } from "@nn/trainer";
import { kindOf } from "../kind.ts";
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
