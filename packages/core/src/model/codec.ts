import { checkContract, KERNEL_CONTRACT } from "../engine/contract.ts";
import { TensorError } from "../engine/errors.ts";
import type { Config, ConfigValue, Described, Plugin } from "../interfaces/described.ts";
import type { Json } from "../interfaces/tensor.ts";

/** The JSON of a described value: `{ kind, config }`, with everything inside it encoded likewise. */
export function encode(value: Described): Json {
  return { kind: value.kind, config: encodeConfig(value.config, value.kind) };
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
  const visit = (value: Json): ConfigValue => {
    if (typeof value !== "object" || value === null) return value;
    if (Array.isArray(value)) return value.map(visit);
    const entries = Object.entries(value).map(([name, child]) => [name, visit(child)] as const);
    const copy: Config = Object.fromEntries(entries);
    return isEncoded(value) ? create(copy as unknown as Described, known) : copy;
  };
  const made = visit(json);
  if (!isEncoded(json))
    throw new TensorError(
      `decode: expected { kind, config }, got ${JSON.stringify(json).slice(0, 80)}`,
    );
  return made as Described;
}

function create({ kind, config }: Described, known: ReadonlyMap<string, Plugin>): Described {
  const plugin = known.get(kind);
  if (!plugin) {
    const from = kind.split("#")[0]!;
    throw new TensorError(
      `decode: nothing here makes '${kind}'; install ${from} and pass its \`plugins\` to decode. ` +
        `Known kinds: ${[...known.keys()].join(", ") || "none"}`,
    );
  }
  checkContract(kind, plugin.contract);
  return plugin.create(config);
}

function encodeConfig(value: ConfigValue, path: string): Json {
  if (value === null || typeof value === "boolean" || typeof value === "string") return value;
  if (typeof value === "number") {
    if (!Number.isFinite(value))
      throw new TensorError(`encode: ${path} is ${value}, which JSON cannot hold`);
    return value;
  }
  if (Array.isArray(value))
    return value.map((child, i) => encodeConfig(child as ConfigValue, `${path}[${i}]`));
  if (typeof value !== "object")
    throw new TensorError(
      `encode: ${path} is a ${typeof value}, which JSON cannot hold; use a value with a kind instead`,
    );
  if (isEncoded(value)) return encode(value as unknown as Described);
  const entries = Object.entries(value as Config).filter(([, child]) => child !== undefined);
  return Object.fromEntries(
    entries.map(([name, child]) => [name, encodeConfig(child, `${path}.${name}`)]),
  );
}

function isEncoded(value: unknown): boolean {
  return typeof value === "object" && value !== null && "kind" in value && "config" in value;
}

/** A plugin of the kernel's own. */
export function kernelPlugin<T extends Described>(
  kind: string,
  create: (config: Config) => T,
): Plugin<T> {
  return { kind, contract: KERNEL_CONTRACT, create };
}
