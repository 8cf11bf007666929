import { check, type Config, type Described, type Plugin } from "@nn/core";
import { elu } from "./activations/elu.ts";
import { gelu } from "./activations/gelu.ts";
import { leakyRelu } from "./activations/leaky-relu.ts";
import { linear } from "./activations/linear.ts";
import { logSoftmax } from "./activations/log-softmax.ts";
import { prelu } from "./activations/prelu.ts";
import { relu } from "./activations/relu.ts";
import { selu } from "./activations/selu.ts";
import { sigmoid } from "./activations/sigmoid.ts";
import { softmax } from "./activations/softmax.ts";
import { softplus } from "./activations/softplus.ts";
import { swish } from "./activations/swish.ts";
import { tanh } from "./activations/tanh.ts";
import { concatInputs } from "./concat-inputs.ts";
import { dense, type DenseOptions } from "./dense.ts";
import { embedding, type EmbeddingOptions } from "./embedding.ts";
import { flatten } from "./flatten.ts";
import { constant } from "./initializers/constant.ts";
import { glorotNormal, glorotUniform } from "./initializers/glorot.ts";
import { heNormal, heUniform } from "./initializers/he.ts";
import { lecunNormal, lecunUniform } from "./initializers/lecun.ts";
import { normal } from "./initializers/normal.ts";
import { ones } from "./initializers/ones.ts";
import { orthogonal } from "./initializers/orthogonal.ts";
import { truncatedNormal } from "./initializers/truncated-normal.ts";
import { uniform } from "./initializers/uniform.ts";
import { varianceScaling } from "./initializers/variance-scaling.ts";
import { zeros } from "./initializers/zeros.ts";
import { kindOf } from "./kind.ts";
import { isObject } from "./options.ts";
import { reshape } from "./reshape.ts";

/** Kinds whose factories take a config as it is: their options, or nothing. */
const factories: Readonly<Record<string, (config: Config) => Described>> = {
  flatten,
  concatInputs,
  linear,
  relu,
  leakyRelu,
  prelu,
  elu,
  selu,
  gelu,
  swish,
  softplus,
  sigmoid,
  tanh,
  softmax,
  logSoftmax,
  zeros,
  ones,
  uniform,
  normal,
  truncatedNormal,
  glorotUniform,
  glorotNormal,
  heUniform,
  heNormal,
  lecunUniform,
  lecunNormal,
  varianceScaling,
  orthogonal,
};

/** All kinds of this package, for `decode`. */
export const plugins: readonly Plugin[] = [
  plugin("dense", ({ units, ...options }) => dense(units as number, options as DenseOptions)),
  plugin("embedding", ({ count, units, ...options }) =>
    embedding(count as number, units as number, options as EmbeddingOptions),
  ),
  plugin("reshape", ({ shape }) => reshape(shape as readonly number[])),
  plugin("constant", ({ value }) => constant(value as number)),
  ...Object.entries(factories).map(([name, create]) => plugin(name, create)),
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
          `${name}: there is no option '${unread}' here; a newer @nn/layers-dense may have written it`,
      );
      return made;
    },
  };
}
