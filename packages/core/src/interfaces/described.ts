import type { Json } from "./tensor.ts";

/** What a config may hold: JSON, and described values, which are encoded in their turn. Absent options are dropped. */
export type ConfigValue = Json | undefined | Described | readonly ConfigValue[] | Config;
export type Config = { readonly [name: string]: ConfigValue };

/**
 * A plain value that can be written to JSON and made again: a layer, update rule, loss, metric, schedule, initializer.
 * It is made by a factory, and holds what the factory was given.
 */
export interface Described {
  /** `@scope/package#name`; never changes once files contain it. */
  readonly kind: string;
  readonly config: Config;
}

/** How a kind is made from its config. Packages export theirs as a list called `plugins`, to be passed to `decode`. */
export interface Plugin<T extends Described = Described> {
  readonly kind: string;
  /** The kernel contract this was written for; see `KERNEL_CONTRACT`. */
  readonly contract: number;
  /**
   * The config has been decoded: described values inside it are made already. Throws when an option is not valid. A
   * backend that cannot be ready at once is made as an `UnopenedBackend`.
   */
  create(config: Config): T;
}
