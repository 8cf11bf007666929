import type { Config, Plugin } from "@nn/core";
import { crossEntropy } from "./cross-entropy.ts";
import { mse } from "./mse.ts";
import { kindOf } from "./options.ts";

/** All kinds of this package, for `decode`. */
export const plugins: readonly Plugin[] = [
  plugin("crossEntropy", crossEntropy),
  plugin("mse", mse),
];

function plugin(name: string, create: (config: Config) => ReturnType<Plugin["create"]>): Plugin {
  return { kind: kindOf(name), contract: 1, create };
}
