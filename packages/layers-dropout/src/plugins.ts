import { check, type Config, type Described, type Plugin } from "@nn/core";
import { alphaDropout } from "./alpha-dropout.ts";
import { dropout, type DropoutOptions } from "./dropout.ts";
import { gaussianDropout } from "./gaussian-dropout.ts";
import { gaussianNoise } from "./gaussian-noise.ts";
import { isObject, kindOf } from "./options.ts";

/** All kinds of this package, for `decode`. */
export const plugins: readonly Plugin[] = [
  plugin("dropout", ({ rate, ...options }) => dropout(rate as number, options as DropoutOptions)),
  plugin("alphaDropout", ({ rate }) => alphaDropout(rate as number)),
  plugin("gaussianDropout", ({ rate }) => gaussianDropout(rate as number)),
  plugin("gaussianNoise", ({ deviation }) => gaussianNoise(deviation as number)),
];

function plugin(name: string, create: (config: Config) => Described): Plugin {
  return {
    kind: kindOf(name),
    contract: 1,
    create(config) {
      check(isObject(config), () => `${name}: expected an object as its config, got ${config}`);
      const made = create(config);
      const unread = Object.keys(config).find((option) => !Object.hasOwn(made.config, option));
      check(
        unread === undefined,
        () =>
          `${name}: there is no option '${unread}' here; a newer @nn/layers-dropout may have written it`,
      );
      return made;
    },
  };
}
