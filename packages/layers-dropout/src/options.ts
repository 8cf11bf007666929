import { check } from "@nn/core";

/** Full names of this package's kinds. */
export function kindOf(name: string): string {
  return `@nn/layers-dropout#${name}`;
}

/** Whether a value can hold options. */
export function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Refuses what is no share of the units that can be dropped. */
export function checkRate(name: string, rate: unknown): void {
  check(
    typeof rate === "number" && rate >= 0 && rate < 1,
    () => `${name}: rate must be a number from 0 to below 1, got ${String(rate)}`,
  );
}
