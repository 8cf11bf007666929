import { plugins as js } from "@nn/backend-js";
import { plugins as wasm } from "@nn/backend-wasm";
import { plugins as layers } from "@nn/layers-dense";
import { plugins as losses } from "@nn/losses";
import { plugins as metrics } from "@nn/metrics";
import { plugins as optimizers } from "@nn/optimizers";
import { runFold } from "@nn/trainer-kfold";

/** What the jobs of the tests are made of. */
export const plugins = [...js, ...wasm, ...layers, ...losses, ...metrics, ...optimizers];
export const run = runFold;
