import { checkContract, packageOf } from "../engine/contract.ts";
import { check } from "../engine/errors.ts";
import type { Config, ConfigValue, Described, Plugin } from "../interfaces/described.ts";
import type { Json } from "../interfaces/tensor.ts";

/** The JSON of a described value: `{ kind, config }`, with everything inside it encoded likewise. */
export function encode({ kind, config }: Described): Json {
  return { kind, config: encodeConfig(config, kind) };
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
  const create = (_: string, value: unknown): unknown => {
    if (!isEncoded(value)) return value;
    const { kind, config } = value;
    const plugin = known.get(kind);
    check(
      plugin,
      () =>
        `decode: nothing here makes '${kind}'; install ${packageOf(kind)} and pass its \`plugins\` to decode. ` +
        `Known kinds: ${[...known.keys()].join(", ") || "none"}`,
    );
    checkContract(kind, plugin.contract);
    return plugin.create(config);
  };
  const text = JSON.stringify(json);
  check(isEncoded(json), () => `decode: expected { kind, config }, got ${text?.slice(0, 80)}`);
  return JSON.parse(text, create) as Described;
}

function encodeConfig(value: ConfigValue, path: string): Json {
  check(
    value === null ||
      ["boolean", "string", "object"].includes(typeof value) ||
      Number.isFinite(value),
    () =>
      `encode: ${path} is ${typeof value === "number" ? value : `a ${typeof value}`}, which JSON cannot hold; ` +
      "use a value with a kind instead",
  );
  if (Array.isArray(value))
    return value.map((child: ConfigValue, i) => encodeConfig(child, `${path}[${i}]`));
  if (isEncoded(value)) return encode(value);
  if (typeof value !== "object" || value === null) return value as Json;
  const entries = Object.entries(value as Config).filter(([, child]) => child !== undefined);
  return Object.fromEntries(
    entries.map(([name, child]) => [name, encodeConfig(child, `${path}.${name}`)]),
  );
}

function isEncoded(value: unknown): value is Described {
  const { kind, config } = Object(value) as Described;
  return typeof kind === "string" && config !== undefined;
}
