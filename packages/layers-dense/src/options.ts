import { check, type DType, isFloat, type ParameterOptions, type TensorType } from "@nn/core";

/** What a value must be: a test, and the words for it in an error. */
export type Expected = readonly [isFine: (value: unknown) => boolean, words: string];

/** What each option must be. */
type ExpectedOptions<T> = { readonly [K in keyof T]-?: Expected };

export const finite: Expected = [(value) => Number.isFinite(value), "a finite number"];

export const whole: Expected = [(value) => Number.isInteger(value), "a whole number"];

export const positiveWhole: Expected = [
  (value) => Number.isInteger(value) && (value as number) > 0,
  "a whole number from 1",
];

export const flag: Expected = [(value) => typeof value === "boolean", "true or false"];

export const layer: Expected = [(value) => has(value, "apply"), "a layer such as relu()"];

/** What the options of a parameter must be. */
export const parameter: ExpectedOptions<ParameterOptions> = {
  initializer: [(value) => has(value, "initialize"), "an initializer such as heNormal()"],
  dtype: [(value) => isFloat(value as DType), "f32 or f64"],
  trainable: flag,
  optimizer: [(value) => has(value, "update"), "an update rule such as sgd()"],
};

/** Refuses a value that is not as expected; `what` is the factory and its option, as in `elu: alpha`. */
export function checkValue(what: string, value: unknown, [isFine, words]: Expected): void {
  check(
    isFine(value),
    () => `${what} must be ${words}, got ${Object(value) === value ? typeof value : String(value)}`,
  );
}

/** The options without those that are undefined. Refuses those that are not as expected, and those that nobody reads. */
export function checked<T extends object>(
  factory: string,
  options: T,
  expected: ExpectedOptions<T>,
): T {
  const known = Object.keys(expected);
  check(
    isObject(options),
    () =>
      `${factory}: expected options such as { ${known[0]}: … }, got ${JSON.stringify(options) ?? typeof options}`,
  );
  const entries = Object.entries(options).filter(([, value]) => value !== undefined);
  for (const [name, value] of entries) {
    check(
      known.includes(name),
      () => `${factory}: there is no option '${name}'; there are ${known.join(", ")}`,
    );
    checkValue(`${factory}: ${name}`, value, expected[name as keyof T]);
  }
  return Object.fromEntries(entries) as T;
}

/** Refuses the axis of the examples: an example's output would depend on those beside it, or their number would change. */
export function checkNotBatch(factory: string, axis: number, { shape }: TensorType): void {
  check(
    axis !== 0 && axis !== -shape.length,
    () =>
      `${factory}: axis ${axis} of [${shape.join(", ")}] holds the examples; choose one of the features, ` +
      "or give single numbers an axis of their own with reshape([1])",
  );
}

/** Whether a value can hold options. */
export function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function has(value: unknown, method: string): boolean {
  return isObject(value) && typeof (value as { [name: string]: unknown })[method] === "function";
}
