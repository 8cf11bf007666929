import type { Path } from "../json/pointer.ts";
import type { Role } from "../kinds/kind-table.ts";
import { roleName } from "../kinds/roles.ts";
import { shown } from "./shown.ts";

/** A component however it was written. */
export interface Spelled {
  readonly kind: string;
  readonly config: { readonly [name: string]: unknown };
  /** Where its options stand. */
  readonly at: Path;
  /** The option that a bare list is. */
  readonly list?: "layers" | "steps";
  /** By which it is shared, where `encode` wrote it. */
  readonly id?: unknown;
}

/**
 * A component as it may be written: a bare name, a list of layers or steps, options beside the kind, or `{ kind, config }`
 * as `encode` writes it. What is none of them gives the words for an error.
 */
export function spelled(json: unknown, path: Path, role: Role | undefined): Spelled | string {
  if (typeof json === "string") return { kind: json, config: {}, at: path };
  if (Array.isArray(json) && role === "layer")
    return { kind: "@nn/core#sequential", config: { layers: json }, at: path, list: "layers" };
  if (Array.isArray(json) && role === "pipeline")
    return { kind: "pipeline", config: { steps: json }, at: path, list: "steps" };
  const what = role ? roleName(role) : "a component";
  if (!isObject(json) || typeof json["kind"] !== "string")
    return `expected ${what}: a name, or { "kind": a name, … } with its options; got ${shown(json)}`;
  const { kind, ...options } = json as { kind: string; [name: string]: unknown };
  const { config, id, ...others } = options;
  if (isObject(config) && Object.keys(others).length === 0)
    return { kind, config, at: [...path, "config"], id };
  return { kind, config: options, at: path };
}

/** Whether it is an object that is no list. */
export function isObject(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
