import type { Plugin } from "@nn/core";
import { rbf, type RbfOptions } from "./rbf.ts";

/** All kinds of this package, for `decode`. */
export const plugins: readonly Plugin[] = [
  {
    kind: "@acme/layer-rbf#rbf",
    contract: 1,
    create: ({ units, ...options }) => rbf(units as number, options as RbfOptions),
  },
];
