/** What may stand somewhere in an experiment. */
export type Role =
  | "layer"
  | "loss"
  | "metric"
  | "table"
  | "optimizer"
  | "schedule"
  | "initializer"
  | "step"
  | "scope"
  | "pipeline"
  | "splitter"
  | "backend"
  | "callback";

/** Options, and where components stand inside of them. */
export interface OptionTable {
  readonly options: readonly string[];
  /** Roles by paths such as `activation`, `weights/initializer` and `layers/*`, which is every member of `layers`. */
  readonly places?: { readonly [path: string]: Role };
}

/** What is known of a kind without its package. */
export interface KindEntry extends OptionTable {
  readonly role: Role;
  /** An option that is a list, empty by default: what the factory takes as any number of arguments. */
  readonly list?: string;
}

/** What is known of experiments and of the kinds of our packages, from the types of their factories. */
export interface KindTable {
  /** The experiment itself. */
  readonly experiment: OptionTable;
  /** What stands in `data`, and the types of columns there. */
  readonly data: readonly string[];
  readonly columnTypes: readonly string[];
  /** Kinds that nobody writes: those that only files of models have. */
  readonly internal: readonly string[];
  readonly kinds: { readonly [kind: string]: KindEntry };
}
