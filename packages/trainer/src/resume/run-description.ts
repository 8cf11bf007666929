import {
  type Callback,
  type Described,
  encode,
  type Json,
  mapTree,
  showType,
  type Tree,
} from "@nn/core";
import type { FitOptions } from "../options.ts";
import type { Run } from "../run/run.ts";

/** What the bits of a run depend on, for as far as it has a JSON form. */
export function describeRun<In extends Tree, Out extends Tree, Target extends Tree>(
  options: FitOptions<In, Out, Target>,
  { data, validation, chunks, journal }: Pick<Run, "data" | "validation" | "chunks" | "journal">,
): { readonly [name: string]: Json } {
  const { backend, loss, optimizer, metrics = [], callbacks = [] } = options;
  const typesOf = (tree: Tree): Json => mapTree(tree, showType) as Json;
  return {
    model: jsonOf(options.model),
    loss: jsonOf(loss),
    optimizer: jsonOf(optimizer),
    metrics: metrics.map(jsonOf),
    callbacks: Object.fromEntries(
      callbacks.filter(({ save }) => save).map((callback) => [callback.name!, jsonOf(callback)]),
    ),
    data: typesOf(data.tree),
    validation: validation ? typesOf(validation.tree) : null,
    batchSize: chunks.batchSize,
    blockRows: chunks.blockRows,
    shuffle: options.shuffle ?? true,
    seed: options.seed ?? 0,
    dtype: options.dtype ?? "f32",
    monitor: { ...journal.monitor },
    exactFigures: options.exactFigures ?? false,
    backend: backend.kind,
    numerics: (backend.config["numerics"] ?? "strict") as Json,
  };
}

/** The JSON of a described value, or null for what has none, such as a layer with a function in its config. */
function jsonOf(value: Described | Callback): Json {
  if (!("kind" in value)) return null;
  try {
    return encode(value);
  } catch {
    return null;
  }
}

/** Where two JSON values differ first, in words; undefined where they are the same. */
export function difference(here: Json, saved: Json, path = ""): string | undefined {
  if (isParent(here) && isParent(saved) && Array.isArray(here) === Array.isArray(saved)) {
    const names = new Set([...Object.keys(here), ...Object.keys(saved)]);
    for (const name of names) {
      const found = difference(
        here[name] ?? null,
        saved[name] ?? null,
        path === "" ? name : `${path}.${name}`,
      );
      if (found !== undefined) return found;
    }
    return undefined;
  }
  return here === saved ? undefined : `${path} is ${shown(here)} here and was ${shown(saved)}`;
}

function isParent(value: Json): value is { readonly [name: string]: Json } {
  return typeof value === "object" && value !== null;
}

function shown(value: Json): string {
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
