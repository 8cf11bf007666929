import { check } from "@nn/core";

/** Refuses options that a factory does not know, and what is no object at all. */
export function checkNames(name: string, options: object, known: readonly string[]): void {
  check(
    typeof options === "object" && options !== null,
    () => `${name}: expected an object of options, got ${String(options)}`,
  );
  const unknown = Object.keys(options).find((key) => !known.includes(key));
  check(
    unknown === undefined,
    () => `${name}: there is no option '${unknown}'; the options are ${known.join(", ")}`,
  );
}

/** Refuses what is no whole number from `least`. */
export function checkWhole(name: string, value: unknown, least: number): void {
  check(
    Number.isSafeInteger(value) && Number(value) >= least,
    () => `${name} must be a whole number from ${least}, got ${shown(value)}`,
  );
}

/** Refuses what is no seed. Beyond that, the seeds of folds and repetitions would not be whole numbers any more. */
export function checkSeed(name: string, value: unknown): void {
  check(
    Number.isSafeInteger(value) && Math.abs(Number(value)) <= 2 ** 52,
    () => `${name} must be a whole number up to ±2⁵², got ${shown(value)}`,
  );
}

/** Refuses a splitter's own seed that is none, or that makes no difference. */
export function checkOwnSeed(name: string, seed: unknown, shuffle: boolean): void {
  if (seed === undefined) return;
  checkSeed(`${name}: seed`, seed);
  check(
    shuffle,
    () => `${name}: without shuffle no seed makes a difference; leave one of them out`,
  );
}

/** Refuses what is neither true nor false. */
export function checkFlag(name: string, value: unknown): void {
  check(typeof value === "boolean", () => `${name} must be true or false, got ${shown(value)}`);
}

/** Refuses what is no way to give the outputs of several models. */
export function checkOutputs(name: string, value: unknown): void {
  check(
    value === "mean" || value === "columns",
    () => `${name}: outputs must be "mean" or "columns", got ${shown(value)}`,
  );
}

/** A value as errors show it. */
export function shown(value: unknown): string {
  if (isList(value)) return `[${Array.from(value)}]`;
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}

/** Whether it is an array of some kind. */
export function isList(value: unknown): value is ArrayLike<number | boolean> {
  return Array.isArray(value) || ArrayBuffer.isView(value);
}
