import type { Callback, Described, Json, Plugin } from "@nn/core";
import type { Splitter } from "@nn/trainer-kfold";
import type { Experiment, ExperimentJson } from "../experiment.ts";
import type { Role } from "../kinds/kind-table.ts";
import { kindTable } from "../kinds/table.ts";
import { compactJson } from "./compact.ts";
import type { fillIn } from "./parts.ts";
import type { Problems } from "./problems.ts";
import { unopened } from "./unopened.ts";

/** What an experiment needs besides its parts. */
interface Beside {
  readonly callbacks: () => unknown;
  readonly plugins: readonly Plugin[];
  readonly problems: Problems;
}

/** Makes an experiment of its parts, and the JSON that it can be read from again. */
export function experimentOf(
  parts: ReturnType<typeof fillIn>,
  { callbacks, plugins, problems }: Beside,
): Experiment {
  const { $schema, data, target, ids, weights, pipeline, model, average, ...others } = parts;
  const { loss, metrics, optimizer, folds, backend, callbacks: first, name, ...plain } = others;
  problems.expect(
    ["dtype"],
    backend.dtypes.includes(plain.dtype),
    () => `${backend.kind} has no ${plain.dtype}, only ${backend.dtypes.join(", ")}`,
  );
  const jsonOf = (name: string, value: Described, role: Role): Json => {
    try {
      return compactJson(value, role);
    } catch (error) {
      problems.report([name], error instanceof Error ? error.message : String(error));
      return null;
    }
  };
  const json = inOrder({
    ...($schema !== undefined && { $schema }),
    name,
    data,
    target: target as Json,
    ...(ids !== undefined && { ids }),
    ...(weights !== undefined && { weights }),
    ...(pipeline && { pipeline: jsonOf("pipeline", pipeline, "pipeline") }),
    model: jsonOf("model", model, "layer"),
    loss: jsonOf("loss", loss, "loss"),
    metrics: metrics.map((metric) => jsonOf("metrics", metric, "metric")),
    optimizer: jsonOf("optimizer", optimizer, "optimizer"),
    folds: jsonOf("folds", folds as Splitter, "splitter"),
    ...(average && { average: jsonOf("average", average, "layer") }),
    callbacks: first.map((callback) =>
      jsonOf("callbacks", callback as unknown as Described, "callback"),
    ),
    backend: jsonOf("backend", backend, "backend"),
    ...plain,
  });
  problems.throwAny();
  return {
    ...plain,
    name,
    json,
    data,
    target: [target].flat(),
    ids,
    weights,
    pipeline,
    model,
    loss,
    metrics,
    optimizer,
    folds: folds as Splitter,
    average,
    backend: unopened(backend, plugins),
    callbacks: () => callbacks() as readonly Callback[],
    plugins,
  };
}

/** The parts in the order in which they are documented. */
function inOrder(json: ExperimentJson): ExperimentJson {
  const names = kindTable.experiment.options.filter((name) => Object.hasOwn(json, name));
  return Object.fromEntries(names.map((name) => [name, json[name]!]));
}
