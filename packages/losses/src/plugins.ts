import type { Plugin } from "@nn/core";
import { mse } from "./mse.ts";

/** All kinds of this package, for `decode`. */
export const plugins: readonly Plugin[] = [{ kind: "@nn/losses#mse", contract: 1, create: mse }];
