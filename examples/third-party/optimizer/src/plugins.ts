import type { Plugin } from "@nn/core";
import { lion, type LionOptions } from "./lion.ts";

/** All kinds of this package, for `decode`. */
export const plugins: readonly Plugin[] = [
  {
    kind: "@acme/optimizer-lion#lion",
    contract: 1,
    create: (config) => lion(config as LionOptions),
  },
];
