import { check } from "@nn/core";

/** Refuses what is no object, and options that nobody reads. */
export function checkKnown(name: string, options: unknown, known: readonly string[]): void {
  check(
    typeof options === "object" && options !== null && !Array.isArray(options),
    () => `${name}: expected options such as { ${known[0]}: … }, got ${show(options)}`,
  );
  for (const key of Object.keys(options))
    check(
      known.includes(key),
      () => `${name}: there is no option '${key}'; there are ${known.join(", ")}`,
    );
}

/** Refuses an option that is no whole number from `least` on. */
export function checkCount(name: string, value: unknown, least = 1): void {
  check(
    Number.isSafeInteger(value) && Number(value) >= least,
    () => `${name} must be a whole number from ${least}, got ${show(value)}`,
  );
}

/** Refuses what is no seed. */
export function checkSeed(name: string, value: unknown): void {
  check(
    Number.isSafeInteger(value),
    () => `${name} must be a whole number up to ±2⁵³, got ${show(value)}`,
  );
}

/** Refuses an option that is none of the choices, where it is given. */
export function checkChoice(name: string, value: unknown, choices: readonly string[]): void {
  check(
    value === undefined || choices.includes(value as string),
    () => `${name} must be ${choices.map(show).join(" or ")}, got ${show(value)}`,
  );
}

/** Refuses an option that is no function, where it is given. */
export function checkFunction(name: string, value: unknown): void {
  check(
    value === undefined || typeof value === "function",
    () => `${name} must be a function, got ${show(value)}`,
  );
}

/** Refuses an option that is no backend, where it is given. */
export function checkBackend(name: string, value: unknown): void {
  check(
    value === undefined || (isObject(value) && typeof value["executable"] === "function"),
    () => `${name} must be a backend such as js(), got ${show(value)}`,
  );
}

/** Refuses an option that is no `AbortSignal`, where it is given. */
export function checkSignal(name: string, value: unknown): void {
  check(
    value === undefined || (isObject(value) && typeof value["throwIfAborted"] === "function"),
    () => `${name} must be an AbortSignal, got ${show(value)}`,
  );
}

/** Whether it is an object whose properties can be looked at. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

/** Names as error messages list them. */
export function list(names: readonly string[]): string {
  const more = names.length - 40;
  return more > 0 ? `${names.slice(0, 40).join(", ")} and ${more} more` : names.join(", ");
}

/** A value as error messages name it. */
export function show(value: unknown): string {
  if (typeof value === "string") return `'${value}'`;
  if (typeof value === "function") return "a function";
  if (Array.isArray(value))
    return `[${value.slice(0, 5).map(show).join(", ")}${value.length > 5 ? ", …" : ""}]`;
  return isObject(value) ? `{ ${Object.keys(value).join(", ")} }` : String(value);
}
