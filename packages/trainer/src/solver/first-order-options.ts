import {
  add,
  cast,
  check,
  clip,
  type Declaration,
  div,
  mapTree,
  maximum,
  mul,
  sqrt,
  square,
  sum,
  type TensorMap,
  type UpdateRule,
} from "@nn/core";
import { checkKnown, checkNumber } from "../check-options.ts";

/** How a rule is applied to a whole model. */
export interface FirstOrderOptions {
  /** Gradients are scaled down so that their norm, over all parameters together, is at most this, above 0. */
  readonly clipNorm?: number;
  /** Every element of a gradient is limited to ± this, above 0; before `clipNorm` where both are given. */
  readonly clipValue?: number;
  /** Other rules for parts of the model, by their path: `hidden` is for `hidden/0/weights` too. The longest counts. */
  readonly groups?: { readonly [path: string]: UpdateRule };
}

/** Refuses rules that are none, limits that nothing can keep, and options that nobody reads. */
export function checkFirstOrder(rule: UpdateRule, options: FirstOrderOptions): void {
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
export function rulesFor(
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

/** Gradients within the limits; what is not finite stays so. */
export function limited(
  gradients: TensorMap,
  { clipNorm, clipValue }: FirstOrderOptions,
): TensorMap {
  let result = gradients;
  if (clipValue !== undefined)
    result = mapTree(result, (g) => clip(g, -clipValue, clipValue)) as TensorMap;
  if (clipNorm === undefined) return result;
  const all = Object.values(result);
  const dtype = all.some((g) => g.dtype === "f64") ? "f64" : "f32";
  // A power of two changes no digit, and keeps squares finite up to 2⁹⁴ times the limit: exploding gradients are what
  // the limit is for. What it makes too small for a square does not count beside a norm that is above the limit.
  const magnitude = Math.floor(Math.log2(clipNorm));
  const scale = 2 ** (-30 - Math.min(60, Math.max(-60, magnitude)));
  const squares = all.map((g) => cast(sum(square(mul(g, scale))), dtype));
  const limit = clipNorm * scale;
  const factor = div(limit, maximum(sqrt(squares.reduce(add)), limit));
  return mapTree(result, (g) => mul(g, cast(factor, g.dtype))) as TensorMap;
}
