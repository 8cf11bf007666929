import type { Config, Described, Plugin } from "@nn/core";
import { leakyRelu } from "./activations/leaky-relu.ts";
import { linear } from "./activations/linear.ts";
import { relu } from "./activations/relu.ts";
import { sigmoid } from "./activations/sigmoid.ts";
import { softmax } from "./activations/softmax.ts";
import { softplus } from "./activations/softplus.ts";
import { tanh } from "./activations/tanh.ts";
import { dense, type DenseOptions } from "./dense.ts";
import { flatten } from "./flatten.ts";
import { constant } from "./initializers/constant.ts";
import { normal } from "./initializers/normal.ts";
import { ones } from "./initializers/ones.ts";
import { uniform } from "./initializers/uniform.ts";
import { glorotNormal, glorotUniform, heNormal, heUniform } from "./initializers/variance.ts";
import { zeros } from "./initializers/zeros.ts";
import { kindOf } from "./kind.ts";

/** All kinds of this package, for `decode`. */
export const plugins: readonly Plugin[] = [
  plugin("dense", ({ units, ...options }) => dense(units as number, options as DenseOptions)),
  plugin("constant", ({ value }) => constant(value as number)),
  ...Object.entries({ flatten, linear, relu, leakyRelu, tanh, sigmoid, softplus, softmax }).map(
    ([name, create]) => plugin(name, create),
  ),
  ...Object.entries({ zeros, ones, uniform, normal }).map(([name, create]) => plugin(name, create)),
  ...Object.entries({ glorotUniform, glorotNormal, heUniform, heNormal }).map(([name, create]) =>
    plugin(name, create),
  ),
];

function plugin(name: string, create: (config: Config) => Described): Plugin {
  return { kind: kindOf(name), contract: 1, create };
}
