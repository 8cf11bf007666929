import {
  type Backend,
  type Callback,
  type DType,
  isTensor,
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

/** What each option has to be; those that are left out pass. */
const expectations: Readonly<
  Record<keyof AnyOptions, (value: unknown, options: AnyOptions) => boolean>
> = {
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
  metrics: (value) =>
    isList<Metric>(value, "measure") &&
    areDistinct(["loss", ...value.map(({ name }) => name)]) &&
    value.every(({ name }) => isFigureName(name)),
  validation: (value) => typeof value === "number" || has(value),
  lint: (value) => isFlag(value) || typeof value === "function",
  monitor: (value) => typeof value === "string",
  exactFigures: isFlag,
  callbacks(value) {
    if (!isList<Callback>(value)) return false;
    const saved = value.filter(({ save }) => save);
    return (
      saved.every(({ name, restore }) => name && restore) &&
      areDistinct(saved.map(({ name }) => name))
    );
  },
  signal: (value) => has(value, "aborted"),
  variables: (value) => hasTensors(value, "parameters") && hasTensors(value, "state"),
  resume: (value, { variables }) => has(value, "tensors") && has(value, "metadata") && !variables,
};

export type AnyOptions = FitOptions<Tree, Tree, Tree>;

const required: readonly string[] = ["backend", "model", "loss", "optimizer", "epochs"];

/** The names of all options. */
export const optionNames = Object.keys(expectations) as readonly (keyof AnyOptions)[];

/**
 * The first option that is misspelt, missing or not what it should be; undefined where all are right. What to say about
 * it is in `optionError`, which is only loaded when there is something to say.
 */
export function findWrong(options: AnyOptions): string | undefined {
  if (!has(options)) return "";
  return (
    Object.keys(options).find((name) => !Object.hasOwn(expectations, name)) ??
    optionNames.find((name) =>
      options[name] === undefined
        ? required.includes(name)
        : !expectations[name](options[name], options),
    )
  );
}

/** Whether a metric can be called so: histories are objects, and figures of the validation have names of their own. */
export function isFigureName(name: unknown): boolean {
  return typeof name === "string" && !(name in {}) && !name.startsWith("validation/");
}

/** Functions have an `apply` too, but a factory is no layer yet. */
export function has(value: unknown, ...methods: string[]): value is object {
  if (typeof value !== "object" || value === null) return false;
  return methods.length === 0 || methods.some((method) => method in value);
}

/** Whether no name is there twice. */
export function areDistinct(names: readonly unknown[]): boolean {
  return new Set(names).size === names.length;
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) > 0;
}

function isFlag(value: unknown): value is boolean {
  return typeof value === "boolean";
}

/** Whether it is a list of objects that all have one of the methods. */
export function isList<T = unknown>(value: unknown, ...methods: string[]): value is readonly T[] {
  return Array.isArray(value) && value.every((item) => has(item, ...methods));
}

function hasTensors(value: unknown, name: string): boolean {
  const tensors = (value as { readonly [name: string]: unknown })?.[name];
  return has(tensors) && Object.values(tensors).every(isTensor);
}
