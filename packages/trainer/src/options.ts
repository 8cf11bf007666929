import {
  type Backend,
  type Callback,
  type DType,
  type Layer,
  type Loss,
  type Metric,
  type Solver,
  type StoredModel,
  type Tree,
  type UpdateRule,
  type Variables,
} from "@nn/core";
import type { DataSet } from "./data/data.ts";
import type { Lint } from "./data/source.ts";
import type { DataStream } from "./stream/stream.ts";

/** What `fit` is told. */
export interface FitOptions<In extends Tree, Out extends Tree, Target extends Tree> {
  /** Where to compute, such as `js()`. */
  readonly backend: Backend;
  readonly model: Layer<In, Out>;
  readonly data: DataSet | DataStream;
  readonly loss: Loss<Out, Target>;
  /** How parameters follow their gradients, or a solver that does all of it. */
  readonly optimizer: UpdateRule | Solver;
  /** How many times to go through the data. */
  readonly epochs: number;
  /** Examples a step, 32 by default; at most all of them. The last batch of an epoch holds what is left. */
  readonly batchSize?: number;
  /** Whether every epoch has an order of its own; true by default. */
  readonly shuffle?: boolean;
  /** Fixes first values, shuffling and everything random in the model; 0 by default. */
  readonly seed?: number;
  /** What parameters and numbers in the data are held in; f32 by default. */
  readonly dtype?: DType;
  /** Figures to accumulate besides the loss. */
  readonly metrics?: readonly Metric<Out, Target>[];
  /** Data to evaluate on after every epoch; or how much of the data to draw for it, as in `splitRows`. */
  readonly validation?: DataSet | DataStream | number;
  /**
   * Values that are not finite are refused before training, where they are no tensors yet, unless this is false. A
   * function is given the data besides, and may look for more:
   * `async (data) => console.warn(showFindings(await lintData(data)))`. Of streams it is given nothing.
   */
  readonly lint?: Lint | boolean;
  /**
   * The figure that epochs are compared by, as in `validation/r2`; `validation/loss` by default where there is
   * validation data, else `loss`. A metric says itself whether more is better.
   */
  readonly monitor?: string;
  /**
   * Whether the training figures of an epoch are those of its last parameters, computed by another pass over the data
   * as `evaluate` does it. By default they are added up while parameters change, which costs next to nothing.
   */
  readonly exactFigures?: boolean;
  /** Those that save something hear of everything before the others, and of the end after them. */
  readonly callbacks?: readonly Callback[];
  /** Ends training between two chunks of steps, about 10 ms each; nothing that has been learned is lost. */
  readonly signal?: AbortSignal;
  /** Where to start, as from an earlier result, instead of drawing first values. They are copied. */
  readonly variables?: Variables;
  /**
   * A snapshot of a run with the same options, as `run.snapshot()` and `readCheckpoint` give it, to go on from to the same
   * bits as without the interruption. Only `epochs` may differ, and callbacks that save nothing; of data, shapes and
   * dtypes are compared.
   */
  readonly resume?: StoredModel | undefined;
}

/** Options of all kinds of data. */
export type AnyOptions = FitOptions<Tree, Tree, Tree>;

/** Whether a value is what an option has to be. Options that are left out pass. */
export type Expectation = (value: unknown, options: AnyOptions) => boolean;

/** What the options have to be that most runs have; the others are in `more-options`. */
const basic = {
  backend: (value) => has(value, "executable"),
  model: (value) => has(value, "apply"),
  data: () => true,
  loss: (value) => has(value, "values"),
  optimizer: (value) => has(value, "update", "prepare"),
  epochs: isCount,
  batchSize: isCount,
  shuffle: isFlag,
  seed: Number.isSafeInteger,
  dtype: (value, { backend }) =>
    (value === "f32" || value === "f64") && backend.dtypes.includes(value),
} satisfies { readonly [name in keyof AnyOptions]?: Expectation };

export type BasicOption = keyof typeof basic;

const required: readonly string[] = ["backend", "model", "loss", "optimizer", "epochs"];

/**
 * The first option that is misspelt, missing or not what it should be; undefined where all are right. What to say about
 * it is in `optionError`, which is only loaded when there is something to say.
 */
export async function findWrong(options: AnyOptions): Promise<string | undefined> {
  if (!has(options)) return "";
  const names = Object.keys(options);
  const given = options as unknown as { readonly [name: string]: unknown };
  let expected: { readonly [name: string]: Expectation } = basic;
  const isUnknown = (name: string): boolean => !Object.hasOwn(expected, name);
  if (names.some(isUnknown))
    expected = { ...basic, ...(await import("./more-options.ts")).moreExpectations };
  return (
    names.find(isUnknown) ??
    Object.keys(expected).find((name) =>
      given[name] === undefined ? required.includes(name) : !expected[name]!(given[name], options),
    )
  );
}

/** Functions have an `apply` too, but a factory is no layer yet. */
export function has(value: unknown, ...methods: string[]): value is object {
  if (typeof value !== "object" || value === null) return false;
  return methods.length === 0 || methods.some((method) => method in value);
}

/** Whether it is true or false. */
export function isFlag(value: unknown): value is boolean {
  return typeof value === "boolean";
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) > 0;
}
