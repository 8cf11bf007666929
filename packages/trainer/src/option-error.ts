import { TensorError } from "@nn/core";
import { nearest } from "./nearest.ts";
import { areDistinct, isFigureName, isList } from "./more-options.ts";
import { type AnyOptions, has } from "./options.ts";

/** What each option must be, in words. */
const expected: Readonly<Record<keyof AnyOptions, string>> = {
  backend: "a backend such as js()",
  model: "a layer such as dense(1)",
  data: "{ inputs, targets } or a stream()",
  loss: "a loss such as mse()",
  optimizer: "an update rule such as sgd()",
  epochs: "a whole number from 1",
  batchSize: "a whole number from 1",
  shuffle: "true or false",
  seed: "a whole number up to ±2⁵³",
  dtype: "f32 or f64",
  metrics: "a list of metrics such as r2()",
  validation: "{ inputs, targets }, a stream(), or a part of the data such as 0.2",
  lint: "a function, true or false",
  monitor: "the name of a figure, such as 'loss'",
  exactFigures: "true or false",
  callbacks: "a list of callbacks such as earlyStopping()",
  signal: "an AbortSignal",
  variables: "{ parameters, state }, each with tensors by their paths",
  resume: "a snapshot, as readCheckpoint() gives it",
};

/** What is wrong with the option that `findWrong` found. */
export function optionError(name: string, options: AnyOptions): TensorError {
  if (!has(options))
    return new TensorError(
      `fit: expected options such as { model, data, … }, got ${String(options)}`,
    );
  if (!Object.hasOwn(expected, name))
    return new TensorError(
      `fit: there is no option '${name}'; did you mean '${nearest(name, Object.keys(expected))}'?`,
    );
  const own = name as keyof AnyOptions;
  return new TensorError(
    `fit: ${
      details[own]?.(options) ?? `${name} must be ${expected[own]}, got ${shown(options[own])}`
    }`,
  );
}

/** What is wrong with options that are of the right kind. */
const details: {
  readonly [name in keyof AnyOptions]?: (options: AnyOptions) => string | undefined;
} = {
  dtype: ({ dtype, backend }) =>
    dtype === "f32" || dtype === "f64"
      ? `${backend.kind} has no ${dtype}, only ${backend.dtypes.join(", ")}`
      : undefined,
  metrics({ metrics }) {
    if (!isList(metrics, "measure")) return undefined;
    const names = ["loss", ...metrics!.map((metric) => metric.name)];
    if (!areDistinct(names)) return `every figure needs a name of its own, got ${names.join(", ")}`;
    const taken = names.find((name) => !isFigureName(name));
    return typeof taken === "string"
      ? `a metric cannot be called '${taken}', as ${taken in {} ? "parts of objects" : "figures of the validation"} are`
      : `a metric needs a name, got ${String(taken)}`;
  },
  callbacks({ callbacks }) {
    if (!isList(callbacks)) return undefined;
    const saved = callbacks!.filter(({ save }) => save);
    if (!saved.every(({ name, restore }) => name && restore))
      return "a callback with a save() needs a name and a restore()";
    const names = saved.map(({ name }) => name).join(", ");
    return `every callback that saves something needs a name of its own, got ${names}`;
  },
  resume: ({ resume, variables }) =>
    resume && variables
      ? "variables and resume say both where to start; leave one of them out"
      : undefined,
};

function shown(value: unknown): string {
  if (typeof value === "function") return "a function";
  if (Array.isArray(value)) return `[${value.map(shown).join(", ")}]`;
  return has(value) ? `{ ${Object.keys(value).join(", ")} }` : String(value);
}
