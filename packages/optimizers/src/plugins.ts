import type { Config, Described, Plugin } from "@nn/core";
import { adam } from "./adam.ts";
import { momentum } from "./momentum.ts";
import { kindOf } from "./options.ts";
import { constant } from "./schedules/constant.ts";
import { exponentialDecay, type ExponentialDecayOptions } from "./schedules/exponential-decay.ts";
import { inverseTimeDecay, type InverseTimeDecayOptions } from "./schedules/inverse-time-decay.ts";
import { sgd } from "./sgd.ts";

/** All kinds of this package, for `decode`. */
export const plugins: readonly Plugin[] = [
  plugin("sgd", sgd),
  plugin("momentum", momentum),
  plugin("adam", adam),
  plugin("constant", ({ rate }) => constant(rate as number)),
  plugin("exponentialDecay", (config) =>
    exponentialDecay(config as unknown as ExponentialDecayOptions),
  ),
  plugin("inverseTimeDecay", (config) =>
    inverseTimeDecay(config as unknown as InverseTimeDecayOptions),
  ),
];

function plugin(name: string, create: (config: Config) => Described): Plugin {
  return { kind: kindOf(name), contract: 1, create };
}
