import type { Plugin } from "@nn/core";
import { js } from "./js.ts";

/** All kinds of this package, for `decode`. */
export const plugins: readonly Plugin[] = [
  { kind: "@nn/backend-js#js", contract: 1, create: () => js() },
];
