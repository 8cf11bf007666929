import { testInitializer, testLayer } from "@nn/testing";
import {
  constant,
  dense,
  flatten,
  glorotNormal,
  glorotUniform,
  heNormal,
  heUniform,
  leakyRelu,
  linear,
  normal,
  ones,
  plugins,
  relu,
  sigmoid,
  softmax,
  softplus,
  tanh,
  uniform,
  zeros,
} from "../src/index.ts";

/** Elements on both sides of 0 that keep away from the kink there. */
const awayFromZero = (random: number): number =>
  random < 0.5 ? -0.3 - 2 * random : 0.3 + 2 * (random - 0.5);

testLayer("dense", {
  make: () => dense(4, { activation: tanh() }),
  input: { shape: [3] },
  plugins,
  frozen: () => dense(4, { activation: tanh(), trainable: false }),
});
testLayer("dense over sequences, without a bias", {
  make: () => dense(2, { bias: false }),
  input: { shape: [5, 3] },
  plugins,
});
testLayer("flatten", { make: () => flatten(), input: { shape: [2, 3, 2] }, plugins });
testLayer("linear", { make: () => linear(), input: { shape: [4] }, plugins });
testLayer("relu", {
  make: () => relu(),
  input: { shape: [4], element: awayFromZero },
  plugins,
});
testLayer("leakyRelu", {
  make: () => leakyRelu({ slope: 0.2 }),
  input: { shape: [4], element: awayFromZero },
  plugins,
});
testLayer("sigmoid", { make: () => sigmoid(), input: { shape: [4] }, plugins });
testLayer("softplus", { make: () => softplus(), input: { shape: [4] }, plugins });
testLayer("softmax", { make: () => softmax(), input: { shape: [4] }, plugins });
testLayer("tanh", { make: () => tanh(), input: { shape: [4] }, plugins });

const fanIn = 64;
const fanOut = 48;
testInitializer("zeros", { make: () => zeros(), plugins, isRandom: false, mean: 0, deviation: 0 });
testInitializer("ones", { make: () => ones(), plugins, isRandom: false, mean: 1, deviation: 0 });
testInitializer("constant", {
  make: () => constant(0.25),
  plugins,
  isRandom: false,
  mean: 0.25,
  deviation: 0,
});
testInitializer("uniform", {
  make: () => uniform({ low: -1, high: 3 }),
  plugins,
  mean: 1,
  deviation: 4 / Math.sqrt(12),
});
testInitializer("normal", {
  make: () => normal({ mean: 2, deviation: 0.5 }),
  plugins,
  mean: 2,
  deviation: 0.5,
});
const glorot = Math.sqrt(2 / (fanIn + fanOut));
testInitializer("glorotNormal", {
  make: () => glorotNormal(),
  plugins,
  mean: 0,
  deviation: glorot,
});
testInitializer("glorotUniform", {
  make: () => glorotUniform(),
  plugins,
  mean: 0,
  deviation: glorot,
});
const he = Math.sqrt(2 / fanIn);
testInitializer("heNormal", { make: () => heNormal(), plugins, mean: 0, deviation: he });
testInitializer("heUniform", { make: () => heUniform(), plugins, mean: 0, deviation: he });
