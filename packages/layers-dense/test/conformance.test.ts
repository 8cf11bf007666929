import { testLayer } from "@nn/testing";
import {
  concatInputs,
  constant,
  dense,
  elu,
  embedding,
  flatten,
  gelu,
  leakyRelu,
  linear,
  logSoftmax,
  plugins,
  prelu,
  relu,
  reshape,
  selu,
  sigmoid,
  softmax,
  softplus,
  swish,
  tanh,
  uniform,
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
  frozen: () => dense(2, { bias: false, trainable: false }),
});
testLayer("flatten", { make: () => flatten(), input: { shape: [2, 3, 2] }, plugins });
testLayer("reshape", { make: () => reshape([3, -1]), input: { shape: [2, 3, 2] }, plugins });
testLayer("concatInputs", {
  make: () => concatInputs(),
  input: {
    numbers: { shape: [3] },
    indices: { shape: [2], dtype: "i32", element: (random) => Math.floor(5 * random) },
  },
  plugins,
});

/** Indices from -1, which is none, to 6, which is one too many. */
const index = (random: number): number => Math.floor(8 * random) - 1;

testLayer("embedding", {
  make: () => embedding(6, 3, { padding: 2, initializer: uniform() }),
  input: { shape: [4], dtype: "i32", element: index },
  plugins,
  frozen: () => embedding(6, 3, { trainable: false }),
});
testLayer("embedding of one column", {
  make: () => embedding(6, 3),
  input: { shape: [], dtype: "i32", element: index },
  plugins,
  frozen: () => embedding(6, 3, { trainable: false }),
});

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
testLayer("prelu", {
  make: () => prelu(),
  input: { shape: [3, 4], element: awayFromZero },
  plugins,
  frozen: () => prelu({ trainable: false }),
});
testLayer("prelu with one slope", {
  make: () => prelu({ shared: true, initializer: constant(0.1) }),
  input: { shape: [], element: awayFromZero },
  plugins,
  frozen: () => prelu({ shared: true, trainable: false }),
});
testLayer("elu", {
  make: () => elu({ alpha: 0.7 }),
  input: { shape: [4], element: awayFromZero },
  plugins,
});
testLayer("selu", { make: () => selu(), input: { shape: [4], element: awayFromZero }, plugins });
testLayer("gelu", { make: () => gelu(), input: { shape: [4] }, plugins });
testLayer("gelu, approximate", {
  make: () => gelu({ approximate: true }),
  input: { shape: [4] },
  plugins,
});
testLayer("swish", { make: () => swish({ beta: 2 }), input: { shape: [4] }, plugins });
testLayer("logSoftmax", { make: () => logSoftmax(), input: { shape: [4] }, plugins });
testLayer("sigmoid", { make: () => sigmoid(), input: { shape: [4] }, plugins });
testLayer("softplus", { make: () => softplus(), input: { shape: [4] }, plugins });
testLayer("softmax", { make: () => softmax(), input: { shape: [4] }, plugins });
testLayer("tanh", { make: () => tanh(), input: { shape: [4] }, plugins });
