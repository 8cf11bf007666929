import { check } from "@nn/core";

/** Refuses what is no object, and options that nobody reads. */
export function checkKnown(factory: string, options: unknown, known: readonly string[]): void {
  check(
    typeof options === "object" && options !== null && !Array.isArray(options),
    () => `${factory}: expected options such as { ${known[0]}: … }, got ${String(options)}`,
  );
  for (const name of Object.keys(options))
    check(
      known.includes(name),
      () => `${factory}: there is no option '${name}'; there are ${known.join(", ")}`,
    );
}

/** Refuses an option that is no whole number from 1. */
export function checkCount(name: string, value: unknown): void {
  check(
    Number.isSafeInteger(value) && Number(value) > 0,
    () => `${name} must be a whole number from 1, got ${String(value)}`,
  );
}

/** Refuses an option that is no number from 0, or above 0 where it must be `positive`. */
export function checkNumber(name: string, value: unknown, positive = false): void {
  check(
    typeof value === "number" && (positive ? value > 0 : value >= 0) && value < Infinity,
    () => `${name} must be a finite number ${positive ? "above" : "from"} 0, got ${String(value)}`,
  );
}

/** Refuses an option that is neither on nor off. */
export function checkFlag(name: string, value: unknown): void {
  check(typeof value === "boolean", () => `${name} must be true or false, got ${String(value)}`);
}

/** Refuses a second run while there is a first one: what a callback knows is of one run. */
export function checkFree(factory: string, run: unknown): void {
  check(
    run === undefined,
    () => `${factory}: this callback is in another run, which has not ended; make one for each run`,
  );
}
