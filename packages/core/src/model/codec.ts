import { checkContract, packageOf } from "../engine/contract.ts";
import { check } from "../engine/errors.ts";
import type { Config, ConfigValue, Described, Plugin } from "../interfaces/described.ts";
import type { Json } from "../interfaces/tensor.ts";

/** Stands for a value that was written before, so that what is shared stays shared. */
const sharedKind = "@nn/core#shared";

/**
 * The JSON of a described value: `{ kind, config }`, with everything inside it encoded likewise. A value that stands in
 * several places, as a layer that shares its parameters does, is written once.
 */
export function encode(value: Described): Json {
  const written = new Map<Described, { id?: number }>();
  let shared = 0;
  const encodeDescribed = (described: Described): Json => {
    const before = written.get(described);
    if (before) return { kind: sharedKind, config: { id: (before.id ??= ++shared) } };
    const { kind, config } = described;
    const record: { [name: string]: Json } = { kind };
    written.set(described, record);
    record["config"] = encodeConfig(config, kind, encodeDescribed);
    return record;
  };
  return encodeDescribed(value);
}

/**
 * Makes a value from the JSON that `encode` gave. Kinds are looked up in `plugins`, the lists that packages export:
 * nothing is imported, and no name in the JSON is acted on otherwise.
 *
 * ```ts
 * const model = decode(JSON.parse(text), [...corePlugins, ...densePlugins]) as Layer;
 * ```
 */
export function decode(json: Json, plugins: readonly Plugin[]): Described {
  const known = new Map(plugins.map((plugin) => [plugin.kind, plugin]));
  const made = new Map<unknown, unknown>();
  const create = (_: string, value: unknown): unknown => {
    if (!isEncoded(value)) return value;
    const { kind, config, id } = value as Described & { id?: number };
    if (kind === sharedKind) {
      const { id: shared } = config;
      check(
        made.has(shared),
        () => `decode: expected a shared value before its use, got id ${shared}`,
      );
      return made.get(shared);
    }
    const plugin = known.get(kind);
    check(
      plugin,
      () =>
        `decode: nothing here makes '${kind}'; install ${packageOf(kind)} and pass its \`plugins\` to decode`,
    );
    checkContract(kind, plugin.contract);
    const result = plugin.create(config);
    made.set(id, result);
    return result;
  };
  try {
    const text = JSON.stringify(json);
    check(isEncoded(json), () => `decode: expected { kind, config }, got ${text?.slice(0, 80)}`);
    return JSON.parse(text, create) as Described;
  } catch (error) {
    // Engines word it as "Maximum call stack size exceeded" or "too much recursion".
    check(
      !/call stack|much recursion/.test(String(error)),
      () => "decode: the JSON is nested too deep",
    );
    throw error;
  }
}

function encodeConfig(
  value: ConfigValue,
  path: string,
  encodeDescribed: (value: Described) => Json,
): Json {
  check(
    value === null ||
      ["boolean", "string", "object"].includes(typeof value) ||
      Number.isFinite(value),
    () =>
      `encode: ${path} is ${typeof value === "number" ? value : `a ${typeof value}`}, which JSON cannot hold; ` +
      "use a value with a kind instead",
  );
  if (Array.isArray(value))
    return value.map((child: ConfigValue, i) =>
      encodeConfig(child, `${path}[${i}]`, encodeDescribed),
    );
  if (isEncoded(value)) return encodeDescribed(value);
  if (typeof value !== "object" || value === null) return value as Json;
  const entries = Object.entries(value as Config).filter(([, child]) => child !== undefined);
  return Object.fromEntries(
    entries.map(([name, child]) => [name, encodeConfig(child, `${path}.${name}`, encodeDescribed)]),
  );
}

function isEncoded(value: unknown): value is Described {
  const { kind, config } = Object(value) as Described;
  return typeof kind === "string" && Object(config) === config;
}
