import { type Callback, isTensor, type Metric } from "@nn/core";
import { type AnyOptions, type BasicOption, type Expectation, has, isFlag } from "./options.ts";

/** What the options have to be that not every run has. */
export const moreExpectations: Readonly<
  Record<Exclude<keyof AnyOptions, BasicOption>, Expectation>
> = {
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

/** Whether a metric can be called so: histories are objects, and figures of the validation have names of their own. */
export function isFigureName(name: unknown): boolean {
  return typeof name === "string" && !(name in {}) && !name.startsWith("validation/");
}

/** Whether no name is there twice. */
export function areDistinct(names: readonly unknown[]): boolean {
  return new Set(names).size === names.length;
}

/** Whether it is a list of objects that all have one of the methods. */
export function isList<T = unknown>(value: unknown, ...methods: string[]): value is readonly T[] {
  return Array.isArray(value) && value.every((item) => has(item, ...methods));
}

function hasTensors(value: unknown, name: string): boolean {
  const tensors = (value as { readonly [name: string]: unknown })?.[name];
  return has(tensors) && Object.values(tensors).every(isTensor);
}
