import { type Described, encode, type Json } from "@nn/core";
import type { Path } from "../json/pointer.ts";
import type { OptionTable, Role } from "../kinds/kind-table.ts";
import { entryOf, roleAt } from "../kinds/place.ts";
import { isObject } from "./spelled.ts";

type JsonObject = { readonly [name: string]: Json };

/** Names beside a kind that mean something else there. */
const taken = ["kind", "config", "id", "repeat"];

/**
 * The JSON of a component as people write it: its options stand beside its kind, which is a full one, and models and
 * pipelines are lists. It reads as the same component.
 */
export function compactJson(value: Described, role: Role): Json {
  return compact(encode(value) as JsonObject, role);
}

function compact(encoded: JsonObject, role: Role | undefined): Json {
  const { kind, config, id } = encoded as { kind: string; config: JsonObject; id?: Json };
  const table = entryOf(kind);
  const options = withCompact(config, table, []) as JsonObject;
  const [only, ...others] = Object.entries(options);
  const isAlone = id === undefined && only !== undefined && others.length === 0;
  if (isAlone && Array.isArray(only[1]) && isList(kind, role)) return only[1];
  const isInline = id === undefined && !Object.keys(options).some((name) => taken.includes(name));
  if (isInline && role !== undefined) return { kind, ...options };
  return { kind, config: options, ...(id !== undefined && { id }) };
}

function isList(kind: string, role: Role | undefined): boolean {
  return role === "layer"
    ? kind === "@nn/core#sequential"
    : role === "pipeline" && kind === "@nn/preprocess#pipeline";
}

/** A part of a config with the components in it written likewise. Where none is expected they keep their `config`. */
function withCompact(value: Json, table: OptionTable | undefined, inner: Path): Json {
  if (Array.isArray(value)) return value.map((item, i) => withCompact(item, table, [...inner, i]));
  if (!isObject(value)) return value;
  const { kind, config } = value as JsonObject;
  if (typeof kind === "string" && isObject(config))
    return compact(value as JsonObject, table && roleAt(table, inner));
  const entries = Object.entries(value as JsonObject).map(
    ([name, item]) => [name, withCompact(item, table, [...inner, name])] as const,
  );
  return Object.fromEntries(entries);
}
