import { check, type Initializer, isFloat, type ParameterOptions } from "@nn/core";

/** Options with their defaults, or an error that names those that there are not. */
export function withDefaults<T extends object>(name: string, defaults: T, options: object): T {
  check(
    Object(options) === options,
    () => `${name}: expected an object of options, got ${String(options)}`,
  );
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  for (const [option] of given)
    check(
      Object.hasOwn(defaults, option),
      () => `${name}: there is no option '${option}', only ${Object.keys(defaults).join(", ")}`,
    );
  return { ...defaults, ...Object.fromEntries(given) };
}

/** Refuses what is no finite number; `what` is the factory and its option, as in `elu: alpha`. */
export function checkFinite(what: string, value: unknown): void {
  check(Number.isFinite(value), () => `${what} must be a finite number, got ${String(value)}`);
}

/** Refuses what is no count; `what` is the factory and its option, as in `embedding: units`. */
export function checkCount(what: string, value: number): void {
  check(
    Number.isInteger(value) && value > 0,
    () => `${what} must be a whole number from 1, got ${String(value)}`,
  );
}

/** Refuses what is neither true nor false. */
export function checkFlag(what: string, value: unknown): void {
  check(typeof value === "boolean", () => `${what} must be true or false, got ${String(value)}`);
}

/** Refuses what is no number of an axis; `name` is that of the factory. */
export function checkAxis(name: string, value: unknown): void {
  check(
    Number.isInteger(value),
    () => `${name}: axis must be a whole number, got ${String(value)}`,
  );
}

/** Options of a parameter, none of which is missing. */
type Every = { readonly [K in keyof ParameterOptions]-?: ParameterOptions[K] | undefined };

/** The options of a layer with one parameter, checked: those of its own with their defaults, and the parameter's. */
export function withParameter<T extends object>(
  name: string,
  defaults: T,
  first: Initializer,
  options: ParameterOptions,
): readonly [T, ParameterOptions] {
  const parameter: Every = {
    initializer: first,
    dtype: undefined,
    trainable: true,
    optimizer: undefined,
  };
  const all = withDefaults(name, { ...defaults, ...parameter }, options);
  const { initializer, dtype, trainable, optimizer } = all;
  check(
    has(initializer, "initialize"),
    () => `${name}: initializer must be one such as heNormal(), got ${typeof initializer}`,
  );
  check(
    dtype === undefined || isFloat(dtype),
    () => `${name}: dtype must be f32 or f64, got ${String(dtype)}`,
  );
  checkFlag(`${name}: trainable`, trainable);
  check(
    optimizer === undefined || has(optimizer, "update"),
    () => `${name}: optimizer must be an update rule such as sgd(), got ${typeof optimizer}`,
  );
  return [all, { initializer, dtype, trainable, optimizer } as ParameterOptions];
}

/** Whether a value has a method of this name. */
function has(value: unknown, method: string): boolean {
  return typeof (value as { [name: string]: unknown } | null)?.[method] === "function";
}
