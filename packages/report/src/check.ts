import { check } from "@nn/core";
import type { ChartOptions } from "./chart.ts";

/** What every chart can be told. */
const shared = ["title", "width", "height"];

/** Refuses options that no chart has, those that this one has not, and sizes that are none. */
export function checkChart(
  name: string,
  options: ChartOptions,
  known: readonly string[] = [],
): void {
  checkKnown(name, options, [...known, ...shared]);
  const { title, width, height } = options;
  if (title !== undefined) checkText(`${name}: title`, title);
  for (const [key, size] of Object.entries({ width, height }))
    check(
      size === undefined || (Number.isFinite(size) && size >= 120 && size <= 10_000),
      () => `${name}: ${key} must be a number of pixels from 120 to 10,000, got ${show(size)}`,
    );
}

/** Refuses what is no object, and options that nobody reads. */
export function checkKnown(name: string, options: unknown, known: readonly string[]): void {
  check(
    isObject(options) && !Array.isArray(options),
    () => `${name}: expected options such as { ${known[0]}: … }, got ${show(options)}`,
  );
  for (const key of Object.keys(options))
    check(
      known.includes(key),
      () => `${name}: there is no option '${key}'; there are ${known.join(", ")}`,
    );
}

/** Refuses an option that is no text. */
export function checkText(name: string, value: unknown): asserts value is string {
  check(typeof value === "string", () => `${name} must be a text, got ${show(value)}`);
}

/** Refuses an option that is no whole number from `least` on. */
export function checkCount(name: string, value: unknown, least = 1): void {
  check(
    Number.isSafeInteger(value) && Number(value) >= least,
    () => `${name} must be a whole number from ${least}, got ${show(value)}`,
  );
}

/** Refuses what is none of these. */
export function checkOneOf(name: string, value: unknown, known: readonly string[]): void {
  check(
    typeof value === "string" && known.includes(value),
    () => `${name} must be ${known.join(" or ")}, got ${show(value)}`,
  );
}

/** Refuses what has no length and values at places. */
export function checkList(name: string, value: unknown): asserts value is ArrayLike<unknown> {
  check(
    isObject(value) && Number.isSafeInteger(value["length"]) && Number(value["length"]) >= 0,
    () => `${name} must be a list of values, got ${show(value)}`,
  );
}

/** Refuses what has no name and values. */
export function checkAxis(name: string, axis: unknown): void {
  check(
    isObject(axis) && typeof axis["name"] === "string" && isObject(axis["values"]),
    () => `${name} must be { name, values }, got ${show(axis)}`,
  );
}

/** Whether it is a list of such values. */
export function isListOf(value: unknown, isOne: (part: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(isOne);
}

/** Whether it is an object whose properties can be looked at. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

/** A value as error messages name it. */
export function show(value: unknown): string {
  if (typeof value === "string") return `'${value}'`;
  if (typeof value === "function") return "a function";
  if (Array.isArray(value)) return `a list of ${value.length}`;
  return isObject(value) ? `{ ${Object.keys(value).slice(0, 8).join(", ")} }` : String(value);
}
