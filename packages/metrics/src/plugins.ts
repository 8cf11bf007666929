import type { Config, Plugin } from "@nn/core";
import { accuracy } from "./accuracy.ts";
import { kindOf } from "./options.ts";
import { r2 } from "./r2.ts";

/** All kinds of this package, for `decode`. */
export const plugins: readonly Plugin[] = [plugin("accuracy", accuracy), plugin("r2", r2)];

function plugin(name: string, create: (config: Config) => ReturnType<Plugin["create"]>): Plugin {
  return { kind: kindOf(name), contract: 1, create };
}
