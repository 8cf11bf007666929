import type { Config, Described, Plugin, UpdateRule } from "@nn/core";
import { earlyStopping } from "./callbacks/early-stopping.ts";
import { keepBest } from "./callbacks/keep-best.ts";
import { firstOrder } from "./solver/first-order.ts";

/** All kinds of this package, for `decode`. */
export const plugins: readonly Plugin[] = [
  plugin("earlyStopping", earlyStopping),
  plugin("keepBest", keepBest),
  plugin("firstOrder", ({ rule, ...options }) =>
    firstOrder(rule as unknown as UpdateRule, options),
  ),
];

function plugin(name: string, create: (config: Config) => Described): Plugin {
  return { kind: `@nn/trainer#${name}`, contract: 1, create };
}
