import { TensorError } from "@nn/core";

/** Full names of this package's kinds. */
export function kindOf(name: string): string {
  return `@nn/optimizers#${name}`;
}

/** Refuses an option that is no finite number from 0, or above 0 where it must be `positive`. */
export function checkNumber(name: string, value: unknown, positive = false): void {
  if (typeof value === "number" && (positive ? value > 0 : value >= 0) && value < Infinity) return;
  const range = positive ? "above 0" : "from 0";
  throw new TensorError(`${name} must be a finite number ${range}, got ${String(value)}`);
}
