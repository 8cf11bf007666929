import type { Config, Described, Plugin } from "@nn/core";
import { accuracy } from "./accuracy.ts";
import { calibrationError } from "./calibration-error.ts";
import { confusionMatrix } from "./confusion-matrix.ts";
import { f1 } from "./f1.ts";
import { mae } from "./mae.ts";
import { mape } from "./mape.ts";
import { mse } from "./mse.ts";
import { checkOptions, kindOf } from "./options.ts";
import { prAuc } from "./pr-auc.ts";
import { precision } from "./precision.ts";
import { r2 } from "./r2.ts";
import { recall } from "./recall.ts";
import { reliability } from "./reliability.ts";
import { rmse } from "./rmse.ts";
import { rocAuc } from "./roc-auc.ts";
import { topK } from "./top-k.ts";

/** All kinds of this package, for `decode`. */
export const plugins: readonly Plugin[] = [
  plugin("accuracy", accuracy),
  plugin("calibrationError", calibrationError),
  plugin("confusionMatrix", confusionMatrix),
  plugin("f1", f1),
  plain("mae", mae),
  plain("mape", mape),
  plain("mse", mse),
  plugin("prAuc", prAuc),
  plugin("precision", precision),
  plain("r2", r2),
  plugin("recall", recall),
  plugin("reliability", reliability),
  plain("rmse", rmse),
  plugin("rocAuc", rocAuc),
  plugin("topK", topK),
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
