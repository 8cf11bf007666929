import type { Config, Described, Plugin } from "@nn/core";
import { binaryCrossEntropy } from "./binary-cross-entropy.ts";
import { binaryFocal } from "./binary-focal.ts";
import { binaryHinge } from "./binary-hinge.ts";
import { crossEntropy } from "./cross-entropy.ts";
import { focal } from "./focal.ts";
import { gaussianNll } from "./gaussian-nll.ts";
import { hinge } from "./hinge.ts";
import { huber } from "./huber.ts";
import { logCosh } from "./log-cosh.ts";
import { mae } from "./mae.ts";
import { mse } from "./mse.ts";
import { checkOptions, kindOf } from "./options.ts";
import { poisson } from "./poisson.ts";
import { quantile, type QuantileOptions } from "./quantile.ts";

/** All kinds of this package, for `decode`. */
export const plugins: readonly Plugin[] = [
  plugin("binaryCrossEntropy", binaryCrossEntropy),
  plugin("binaryFocal", binaryFocal),
  plugin("binaryHinge", binaryHinge),
  plugin("crossEntropy", crossEntropy),
  plugin("focal", focal),
  plugin("gaussianNll", gaussianNll),
  plugin("hinge", hinge),
  plugin("huber", huber),
  plain("logCosh", logCosh),
  plain("mae", mae),
  plain("mse", mse),
  plain("poisson", poisson),
  plugin("quantile", (config) => quantile(config as unknown as QuantileOptions)),
];

function plugin(name: string, create: (config: Config) => Described): Plugin {
  return { kind: kindOf(name), contract: 1, create };
}

/** A kind without options. */
function plain(name: string, create: () => Described): Plugin {
  return plugin(name, (config) => {
    checkOptions(name, config, []);
    return create();
  });
}
