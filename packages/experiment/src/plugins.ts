import type { Plugin } from "@nn/core";
import { holdout } from "./holdout.ts";
import { kindOf } from "./kind.ts";

/** All kinds of this package, for `decode`. */
export const plugins: readonly Plugin[] = [
  { kind: kindOf("holdout"), contract: 1, create: holdout },
];
