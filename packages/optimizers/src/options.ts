import { check } from "@nn/core";

/** Full names of this package's kinds. */
export function kindOf(name: string): string {
  return `@nn/optimizers#${name}`;
}

/** Refuses what is no object, and options that nobody reads: they are misspelt, or those of another library. */
export function checkOptions(factory: string, options: unknown, known: readonly string[]): void {
  check(
    typeof options === "object" && options !== null && !Array.isArray(options),
    () => `${factory}: expected options such as { ${known[0]}: … }, got ${show(options)}`,
  );
  for (const name of Object.keys(options))
    check(
      known.includes(name),
      () => `${factory}: there is no option '${name}'; there are ${known.join(", ")}`,
    );
}

/** Refuses an option that is no finite number from 0, or above 0 where it must be `positive`. */
export function checkNumber(name: string, value: unknown, positive = false): void {
  const range = positive ? "above 0" : "from 0";
  check(
    typeof value === "number" && (positive ? value > 0 : value >= 0) && value < Infinity,
    () => `${name} must be a finite number ${range}, got ${show(value)}`,
  );
}

/** Refuses an option that is no share of something that is kept. */
export function checkShare(name: string, value: unknown): void {
  check(
    typeof value === "number" && value >= 0 && value < 1,
    () => `${name} must be a number from 0 to below 1, got ${show(value)}`,
  );
}

/** Refuses an option that is neither on nor off. */
export function checkFlag(name: string, value: unknown): void {
  check(typeof value === "boolean", () => `${name} must be true or false, got ${show(value)}`);
}

/** Refuses an option that is none of the names that there are. */
export function checkName(name: string, value: unknown, known: readonly string[]): void {
  check(
    known.some((one) => one === value),
    () => `${name} must be one of ${known.join(", ")}, got ${show(value)}`,
  );
}

/** What came in, for errors: `"0.1"` is no number, and an object is named by its kind where it has one. */
export function show(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "function") return "a function";
  if (Array.isArray(value)) return "a list";
  if (typeof value !== "object" || value === null) return String(value);
  const { kind } = value as { kind?: unknown };
  return typeof kind === "string" ? kind : "an object";
}
