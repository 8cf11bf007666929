import { check } from "@nn/core";

/** Refuses what is no object, and options that nobody reads. */
export function checkKnown(name: string, options: unknown, known: readonly string[]): void {
  check(
    typeof options === "object" && options !== null && !Array.isArray(options),
    () => `${name}: expected options such as { ${known[0]}: … }, got ${String(options)}`,
  );
  for (const option of Object.keys(options))
    check(
      known.includes(option),
      () => `${name}: there is no option '${option}'; there are ${known.join(", ")}`,
    );
}

/** Refuses an option that is no whole number from `least`. */
export function checkCount(name: string, value: unknown, least = 1): void {
  check(
    Number.isSafeInteger(value) && Number(value) >= least,
    () => `${name} must be a whole number from ${least}, got ${String(value)}`,
  );
}

/** Refuses an option that is none of these. */
export function checkOneOf(name: string, value: unknown, values: readonly unknown[]): void {
  check(
    values.includes(value),
    () =>
      `${name} must be one of ${values.map((one) => JSON.stringify(one)).join(", ")}, got ${JSON.stringify(value)}`,
  );
}

/** Refuses what is there, but is no signal. */
export function checkSignal(name: string, value: unknown): void {
  check(
    value === undefined || typeof Object(value).throwIfAborted === "function",
    () =>
      `${name} must be an AbortSignal, such as that of an AbortController, got ${String(value)}`,
  );
}

/** Refuses what is no table. */
export function checkTable(name: string, value: unknown): void {
  check(
    typeof Object(value).columnNames === "function",
    () => `${name}: expected a table, such as one of arquero's, got ${String(value)}`,
  );
}

/** Refuses what is no list of strings. */
export function checkTexts(name: string, value: unknown): asserts value is readonly string[] {
  check(
    Array.isArray(value) && value.every((one) => typeof one === "string"),
    () => `${name} must be a list of strings, got ${JSON.stringify(value)}`,
  );
}
