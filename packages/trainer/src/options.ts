import {
  type Backend,
  type Callback,
  check,
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
import { isCount } from "./count.ts";
import { nearest } from "./nearest.ts";
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

/** Every option, and what it must be; those that are left out pass. */
const expectations: Readonly<
  Record<keyof FitOptions<Tree, Tree, Tree>, readonly [string, (value: unknown) => boolean]>
> = {
  backend: ["a backend such as js()", (value) => has(value, "executable")],
  model: ["a layer such as dense(1)", (value) => has(value, "apply")],
  data: ["{ inputs, targets } or a stream()", () => true],
  loss: ["a loss such as mse()", (value) => has(value, "values")],
  optimizer: ["an update rule such as sgd()", (value) => has(value, "update", "prepare")],
  epochs: ["a whole number from 1", isCount],
  batchSize: ["a whole number from 1", isCount],
  shuffle: ["true or false", isFlag],
  seed: ["a whole number up to ±2⁵³", Number.isSafeInteger],
  dtype: ["f32 or f64", (value) => value === "f32" || value === "f64"],
  metrics: ["a list of metrics such as r2()", (value) => isList(value, "measure")],
  validation: [
    "{ inputs, targets }, a stream(), or a part of the data such as 0.2",
    (value) => typeof value === "number" || has(value),
  ],
  lint: ["a function, true or false", (value) => isFlag(value) || typeof value === "function"],
  monitor: ["the name of a figure, such as 'loss'", (value) => typeof value === "string"],
  exactFigures: ["true or false", isFlag],
  callbacks: ["a list of callbacks such as earlyStopping()", (value) => isList(value)],
  signal: ["an AbortSignal", (value) => has(value, "aborted")],
  variables: [
    "{ parameters, state }, each with tensors by their paths",
    (value) => hasTensors(value, "parameters") && hasTensors(value, "state"),
  ],
  resume: [
    "a snapshot, as readCheckpoint() gives it",
    (value) => has(value, "tensors") && has(value, "metadata"),
  ],
};

const required = ["backend", "model", "loss", "optimizer", "epochs"] as const;

/** Refuses options that are misspelt, or not what they should be. */
export function checkOptions<In extends Tree, Out extends Tree, Target extends Tree>(
  options: FitOptions<In, Out, Target>,
): void {
  check(has(options), () => `fit: expected options such as { model, data, … }, got ${options}`);
  for (const name of Object.keys(options))
    check(
      Object.hasOwn(expectations, name),
      () =>
        `fit: there is no option '${name}'; did you mean '${nearest(name, Object.keys(expectations))}'?`,
    );
  for (const name of Object.keys(expectations) as (keyof typeof expectations)[]) {
    const value: unknown = options[name];
    const [expected, isValid] = expectations[name];
    if (value === undefined && !required.some((other) => other === name)) continue;
    check(isValid(value), () => `fit: ${name} must be ${expected}, got ${shown(value)}`);
  }
  const { backend, dtype = "f32", metrics = [], callbacks = [], variables, resume } = options;
  check(
    backend.dtypes.includes(dtype),
    () => `fit: ${backend.kind} has no ${dtype}, only ${backend.dtypes.join(", ")}`,
  );
  checkNames("figure", ["loss", ...metrics.map(({ name }) => name)]);
  for (const { name } of metrics)
    check(
      !name.startsWith("validation/"),
      () => `fit: a metric cannot be called '${name}', as figures of the validation are`,
    );
  for (const { save, restore, name } of callbacks)
    check(
      !save || (name && restore),
      () => "fit: a callback with a save() needs a name and a restore()",
    );
  checkNames(
    "callback that saves something",
    callbacks.flatMap(({ save, name }) => (save ? [name!] : [])),
  );
  check(
    !(variables && resume),
    () => "fit: variables and resume say both where to start; leave one of them out",
  );
}

function checkNames(what: string, names: readonly string[]): void {
  check(
    new Set(names).size === names.length,
    () => `fit: every ${what} needs a name of its own, got ${names.join(", ")}`,
  );
}

/** Functions have an `apply` too, but a factory is no layer yet. */
function has(value: unknown, ...methods: string[]): value is object {
  if (typeof value !== "object" || value === null) return false;
  return methods.length === 0 || methods.some((method) => method in value);
}

function isFlag(value: unknown): boolean {
  return typeof value === "boolean";
}

function isList(value: unknown, ...methods: string[]): boolean {
  return Array.isArray(value) && value.every((item) => has(item, ...methods));
}

function hasTensors(value: unknown, name: string): boolean {
  const tensors = (value as { readonly [name: string]: unknown })?.[name];
  return has(tensors) && Object.values(tensors).every(isTensor);
}

function shown(value: unknown): string {
  if (typeof value === "function") return "a function";
  if (Array.isArray(value)) return `[${value.map(shown).join(", ")}]`;
  return has(value) ? `{ ${Object.keys(value).join(", ")} }` : String(value);
}
