import type { Json } from "@nn/core";
import { ExperimentError } from "../error.ts";
import { kindTable } from "../kinds/table.ts";
import { suggestion } from "../read/nearest.ts";
import { quoted, shown } from "../read/shown.ts";
import { isObject } from "../read/spelled.ts";
import { namesIn, pointerOf } from "./pointer.ts";

/**
 * An experiment's JSON with another value in one place, for flags such as `--set optimizer.learningRate=0.05`. The place
 * is written with dots, as in `model.0.units`, or as a JSON pointer, as in `/model/0/units`; the value is JSON, or else a
 * text. What stands as a bare name gets options that way, too: after `model.0.activation.slope=0.1`, `"leakyRelu"` is
 * `{ "kind": "leakyRelu", "slope": 0.1 }`. A place that there cannot be is refused with an `ExperimentError`.
 *
 * ```ts
 * setOption({ epochs: 500 }, "epochs", "100"); // { epochs: 100 }
 * ```
 */
export function setOption(json: Json, path: string, value: string): Json {
  const names = path.startsWith("/") ? namesIn(path) : path.split(".");
  const fail = (depth: number, message: string): never => {
    throw new ExperimentError([{ path: pointerOf(names.slice(0, depth)), message }]);
  };
  if (names.some((name) => name === "" || name === "__proto__"))
    fail(0, `${quoted(path)} names no place; write it as in model.0.units`);
  const [top = ""] = names;
  const { options } = kindTable.experiment;
  if (!options.includes(top))
    fail(1, `an experiment has no ${quoted(top)}; ${suggestion(top, options)}`);

  const set = (target: Json | undefined, depth: number): Json => {
    const name = names[depth];
    if (name === undefined) return valueOf(value);
    if (Array.isArray(target)) {
      const i = /^\d{1,9}$/.test(name) ? Number(name) : Number.NaN;
      // One behind the last is where another one can be added.
      if (!(i <= target.length))
        fail(depth, `this list has the places 0 to ${target.length - 1}, and no ${quoted(name)}`);
      const list = target as readonly Json[];
      return [...list.slice(0, i), set(list[i], depth + 1), ...list.slice(i + 1)];
    }
    if (typeof target === "string") return { kind: target, [name]: set(undefined, depth + 1) };
    if (target === undefined && depth > 0) return { [name]: set(undefined, depth + 1) };
    if (!isObject(target))
      return fail(depth, `${shown(target)} has no options; there is no ${quoted(name)} in it`);
    const object = target as { readonly [name: string]: Json };
    // Beside a config that was written by `encode`, options are in there.
    const { config } = object;
    if (
      name !== "config" &&
      name !== "kind" &&
      name !== "repeat" &&
      typeof object["kind"] === "string" &&
      isObject(config)
    )
      return { ...object, config: set(config as Json, depth) };
    const before = Object.hasOwn(object, name) ? object[name] : undefined;
    return { ...object, [name]: set(before, depth + 1) };
  };
  return set(json, 0);
}

/** What a flag means: JSON where it is some, and a text otherwise. */
function valueOf(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}
