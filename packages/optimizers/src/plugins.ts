import { check, type Config, type Described, type Plugin, type UpdateRule } from "@nn/core";
import { adaBound } from "./ada-bound.ts";
import { adagrad } from "./adagrad.ts";
import { adamW } from "./adam-w.ts";
import { adam } from "./adam.ts";
import { momentum } from "./momentum.ts";
import { checkOptions, kindOf, show } from "./options.ts";
import type { LearningRate } from "./rate.ts";
import { regularized } from "./regularized.ts";
import { rmsprop } from "./rmsprop.ts";
import { constant } from "./schedules/constant.ts";
import { cosine } from "./schedules/cosine.ts";
import { cyclical } from "./schedules/cyclical.ts";
import { exponentialDecay } from "./schedules/exponential-decay.ts";
import { inverseTimeDecay } from "./schedules/inverse-time-decay.ts";
import { oneCycle } from "./schedules/one-cycle.ts";
import { piecewise } from "./schedules/piecewise.ts";
import { polynomial } from "./schedules/polynomial.ts";
import { reduceOnPlateau } from "./schedules/reduce-on-plateau.ts";
import { warmRestarts } from "./schedules/warm-restarts.ts";
import { warmUp } from "./schedules/warm-up.ts";
import { sgd } from "./sgd.ts";

/** All kinds of this package, for `decode`. */
export const plugins: readonly Plugin[] = [
  plugin("sgd", sgd),
  plugin("momentum", momentum),
  plugin("rmsprop", rmsprop),
  plugin("adagrad", adagrad),
  plugin("adam", adam),
  plugin("adamW", adamW),
  plugin("adaBound", adaBound),
  plugin("regularized", ({ rule, ...options }: Config) => regularized(rule as UpdateRule, options)),
  plugin("constant", (config: Config) => {
    checkOptions("constant", config, ["rate"]);
    return constant(config["rate"] as number);
  }),
  plugin("inverseTimeDecay", inverseTimeDecay),
  plugin("exponentialDecay", exponentialDecay),
  plugin("piecewise", piecewise),
  plugin("cosine", cosine),
  plugin("polynomial", polynomial),
  plugin("warmRestarts", warmRestarts),
  plugin("cyclical", cyclical),
  plugin("oneCycle", oneCycle),
  plugin("warmUp", ({ learningRate, ...options }: Config) =>
    warmUp(learningRate as LearningRate, options),
  ),
  plugin("reduceOnPlateau", ({ learningRate, ...options }: Config) =>
    reduceOnPlateau(learningRate as LearningRate, options),
  ),
];

/** Factories check their options, also those that come from JSON. */
function plugin<Options>(name: string, create: (options: Options) => Described): Plugin {
  return {
    kind: kindOf(name),
    contract: 1,
    create(config) {
      check(Object(config) === config, () => `${name}: expected a config, got ${show(config)}`);
      return create(config as Options);
    },
  };
}
