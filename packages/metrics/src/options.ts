import { check } from "@nn/core";

/** Full names of this package's kinds. */
export function kindOf(name: string): string {
  return `@nn/metrics#${name}`;
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

/** Refuses an option that is no whole number from `least` on. */
export function checkCount(name: string, value: unknown, least: number): void {
  check(
    Number.isSafeInteger(value) && Number(value) >= least,
    () => `${name} must be a whole number from ${least}, got ${show(value)}`,
  );
}

/** What predictions are: `logits`, or the probabilities that a sigmoid or softmax makes of them. */
export type PredictionForm = "logits" | "probabilities";

/** How to tell classes, for metrics that need to know. */
export interface ClassOptions {
  /** What predictions are; `"logits"` by default, as for the losses. */
  readonly from?: PredictionForm;
  /**
   * The probability above which a single output stands for class 1, between 0 and 1; 0.5 by default. Predictions with
   * several columns refuse another one.
   */
  readonly threshold?: number;
}

/** Refuses what is no form of predictions. */
export function checkForm(factory: string, from: unknown): void {
  check(
    from === "logits" || from === "probabilities",
    () => `${factory}: from must be "logits" or "probabilities", got ${show(from)}`,
  );
}

/** Class options in full; wrong ones are refused. */
export function classOptions(
  factory: string,
  { from = "logits", threshold = 0.5 }: ClassOptions,
): Required<ClassOptions> {
  checkForm(factory, from);
  check(
    typeof threshold === "number" && threshold > 0 && threshold < 1,
    () => `${factory}: threshold must be a probability between 0 and 1, got ${show(threshold)}`,
  );
  return { from, threshold };
}

function show(value: unknown): string {
  return typeof value === "number" ? String(value) : (JSON.stringify(value) ?? typeof value);
}
