import { plugins as backend } from "@nn/backend-wasm";
import { plugins as layers } from "@nn/layers-dense";
import { plugins as losses } from "@nn/losses";
import { plugins as metrics } from "@nn/metrics";
import { plugins as optimizers } from "@nn/optimizers";
import { plugins as steps } from "@nn/preprocess";

/** The packages whose kinds the recipes may name. */
export const plugins = [backend, layers, losses, metrics, optimizers, steps].flat();
