import { fans, type Initializer, normal, uniform } from "@nn/core";
import { kindOf } from "../kind.ts";

/** The variance that an initializer aims at, from the number of inputs and outputs of a unit. */
type Variance = (fanIn: number, fanOut: number) => number;

const glorot: Variance = (fanIn, fanOut) => 2 / (fanIn + fanOut);
const he: Variance = (fanIn) => 2 / fanIn;

/** The uniform distribution around 0 with this variance, which reaches from -√(3 · variance) to √(3 · variance). */
function uniformWith(name: string, variance: Variance): Initializer {
  return {
    kind: kindOf(name),
    config: {},
    initialize(key, shape, dtype) {
      const { fanIn, fanOut } = fans(shape);
      const limit = Math.sqrt(3 * variance(fanIn, fanOut));
      return uniform(key, shape, { dtype, low: -limit, high: limit });
    },
  };
}

function normalWith(name: string, variance: Variance): Initializer {
  return {
    kind: kindOf(name),
    config: {},
    initialize(key, shape, dtype) {
      const { fanIn, fanOut } = fans(shape);
      return normal(key, shape, { dtype, deviation: Math.sqrt(variance(fanIn, fanOut)) });
    },
  };
}

/**
 * Uniform with variance 2 / (inputs + outputs), which keeps signals and gradients of `tanh` and `sigmoid` layers at
 * their size (Glorot and Bengio, Understanding the difficulty of training deep feedforward neural networks, 2010).
 *
 * ```ts
 * dense(3, { activation: tanh(), weights: { initializer: glorotUniform() } }); // the default
 * ```
 */
export function glorotUniform(): Initializer {
  return uniformWith("glorotUniform", glorot);
}

/**
 * Normal with variance 2 / (inputs + outputs); see `glorotUniform`.
 *
 * ```ts
 * dense(3, { activation: tanh(), weights: { initializer: glorotNormal() } });
 * ```
 */
export function glorotNormal(): Initializer {
  return normalWith("glorotNormal", glorot);
}

/**
 * Uniform with variance 2 / inputs, for layers followed by `relu` (He et al., Delving Deep into Rectifiers, 2015).
 *
 * ```ts
 * dense(64, { activation: relu(), weights: { initializer: heUniform() } });
 * ```
 */
export function heUniform(): Initializer {
  return uniformWith("heUniform", he);
}

/**
 * Normal with variance 2 / inputs; see `heUniform`.
 *
 * ```ts
 * dense(64, { activation: relu(), weights: { initializer: heNormal() } });
 * ```
 */
export function heNormal(): Initializer {
  return normalWith("heNormal", he);
}
