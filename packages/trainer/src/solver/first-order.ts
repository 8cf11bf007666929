import { check, type Declaration, type Solver, type UpdateRule } from "@nn/core";
import { checkKnown, checkNumber } from "../check-options.ts";
import { limited } from "./limited.ts";
import { ruleSolver } from "./rule-solver.ts";

/** What can be chosen besides the rule. */
export interface FirstOrderOptions {
  /** Gradients are scaled down so that their norm, over all parameters together, is at most this, above 0. */
  readonly clipNorm?: number;
  /** Every element of a gradient is limited to ± this, above 0; before `clipNorm` where both are given. */
  readonly clipValue?: number;
  /** Other rules for parts of the model, by their path: `hidden` is for `hidden/0/weights` too. The longest counts. */
  readonly groups?: { readonly [path: string]: UpdateRule };
}

/**
 * Makes a solver of an update rule: the rule for all parameters that have no other, with limits for gradients.
 *
 * ```ts
 * fit({ optimizer: firstOrder(sgd({ learningRate: 0.1 }), { clipNorm: 1 }), … });
 * ```
 */
export function firstOrder(rule: UpdateRule, options: FirstOrderOptions = {}): Solver {
  checkFirstOrder(rule, options);
  return ruleSolver(
    rule,
    { ...options },
    {
      rulesFor: (trainable) => rulesFor(trainable, rule, options),
      limit: (gradients) => limited(gradients, options),
    },
  );
}

/** Refuses rules that are none, limits that nothing can keep, and options that nobody reads. */
function checkFirstOrder(rule: UpdateRule, options: FirstOrderOptions): void {
  checkKnown("firstOrder", options, ["clipNorm", "clipValue", "groups"]);
  const { groups = {} } = options;
  for (const name of ["clipNorm", "clipValue"] as const) {
    const { [name]: limit = 1 } = options;
    checkNumber(`firstOrder: ${name}`, limit, true);
    // f32 holds these with room to spare.
    check(
      limit >= 1e-30 && limit <= 1e30,
      () =>
        `firstOrder: ${name} must be from 1e-30 to 1e30, got ${limit}; leave it out where there is no limit`,
    );
  }
  check(
    typeof groups === "object" && groups !== null && !Array.isArray(groups),
    () =>
      `firstOrder: groups must be rules by path such as { hidden: sgd() }, got ${JSON.stringify(groups)}`,
  );
  for (const [name, value] of [
    ["the rule", rule] as const,
    ...Object.entries(groups).map(([path, own]) => [`the rule of group '${path}'`, own] as const),
  ])
    check(
      typeof value?.update === "function",
      () =>
        `firstOrder: ${name} must be an update rule such as sgd(), got ${value?.kind ?? typeof value}`,
    );
}

/** The rule of each parameter: its own, that of its group, or the one for all. */
function rulesFor(
  trainable: readonly Declaration[],
  rule: UpdateRule,
  { groups = {} }: FirstOrderOptions,
): Map<string, UpdateRule> {
  const prefixes = Object.keys(groups).sort((a, b) => b.length - a.length);
  const isIn = (prefix: string, path: string): boolean => `${path}/`.startsWith(`${prefix}/`);
  for (const prefix of prefixes)
    check(
      trainable.some(({ path }) => isIn(prefix, path)),
      () =>
        `firstOrder: no trainable parameter is in the group '${prefix}'; there are ` +
        trainable.map(({ path }) => path).join(", "),
    );
  return new Map(
    trainable.map(({ path, optimizer }) => {
      const group = prefixes.find((prefix) => isIn(prefix, path));
      return [path, optimizer ?? (group === undefined ? rule : groups[group]!)];
    }),
  );
}
