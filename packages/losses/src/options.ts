import { check } from "@nn/core";

/** Full names of this package's kinds. */
export function kindOf(name: string): string {
  return `@nn/losses#${name}`;
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
      () =>
        `${factory}: there is no option '${name}'; ${known.length > 0 ? `there are ${known.join(", ")}` : "it has none"}`,
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

/** Refuses an option that is neither on nor off. */
export function checkFlag(name: string, value: unknown): void {
  check(typeof value === "boolean", () => `${name} must be true or false, got ${show(value)}`);
}

/** What predictions are: `logits`, or the probabilities that a sigmoid or softmax makes of them. */
export type PredictionForm = "logits" | "probabilities";

/** Refuses what is no form of predictions. */
export function checkForm(factory: string, from: unknown): void {
  check(
    from === "logits" || from === "probabilities",
    () => `${factory}: from must be "logits" or "probabilities", got ${show(from)}`,
  );
}

/** Refuses a share of the target that is not from 0 to below 1. */
export function checkSmoothing(factory: string, value: unknown): void {
  check(
    typeof value === "number" && value >= 0 && value < 1,
    () => `${factory}: labelSmoothing must be a number from 0 to below 1, got ${show(value)}`,
  );
}

/** Refuses class weights that are not finite numbers from 0, one for each of `count` classes or of two and more. */
export function checkClassWeights(factory: string, weights: unknown, count?: number): void {
  check(
    Array.isArray(weights) && (count ? weights.length === count : weights.length > 1),
    () =>
      `${factory}: classWeights must be a list of one number per class` +
      `${count ? `, of ${count}` : ""}, got ${show(weights)}`,
  );
  weights.forEach((weight, i) => checkNumber(`${factory}: classWeights[${i}]`, weight));
}

/** A value as messages show it. */
export function show(value: unknown): string {
  return typeof value === "number" ? String(value) : (JSON.stringify(value) ?? typeof value);
}
