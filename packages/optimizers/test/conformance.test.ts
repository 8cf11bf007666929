import { testOptimizer } from "@nn/testing";
import {
  adaBound,
  adagrad,
  adam,
  adamW,
  cosine,
  exponentialDecay,
  momentum,
  plugins,
  reduceOnPlateau,
  regularized,
  rmsprop,
  sgd,
  warmUp,
} from "../src/index.ts";

testOptimizer("sgd", { make: () => sgd({ learningRate: 0.1 }), plugins });
testOptimizer("sgd with a schedule", {
  make: () => sgd({ learningRate: exponentialDecay({ initial: 0.2, factor: 0.9 }) }),
  plugins,
});
testOptimizer("sgd with a schedule of schedules", {
  make: () =>
    sgd({
      learningRate: warmUp(reduceOnPlateau(cosine({ initial: 0.2, epochs: 30 })), { steps: 5 }),
    }),
  plugins,
});
testOptimizer("momentum", {
  make: () => momentum({ learningRate: 0.02, momentum: 0.8 }),
  plugins,
});
testOptimizer("Nesterov momentum", {
  make: () => momentum({ learningRate: 0.02, nesterov: true }),
  plugins,
});
testOptimizer("rmsprop", { make: () => rmsprop({ learningRate: 0.02 }), plugins });
testOptimizer("rmsprop with all options", {
  make: () => rmsprop({ learningRate: 0.003, alpha: 0.9, momentum: 0.8, centered: true }),
  plugins,
});
testOptimizer("adagrad", {
  make: () => adagrad({ learningRate: 0.2, initialSum: 0.1 }),
  plugins,
});
testOptimizer("adam", { make: () => adam({ learningRate: 0.1 }), plugins });
testOptimizer("adam with amsgrad", {
  make: () => adam({ learningRate: 0.1, amsgrad: true }),
  plugins,
});
testOptimizer("adamW", {
  make: () => adamW({ learningRate: 0.1 }),
  plugins,
  zeroGradient: "moves",
});
testOptimizer("adaBound", {
  make: () => adaBound({ learningRate: 0.02, gamma: 0.01 }),
  plugins,
});
testOptimizer("regularized momentum", {
  make: () =>
    regularized(momentum({ learningRate: 0.02 }), { l1: 0.001, l2: 0.01, weightDecay: 0.01 }),
  plugins,
  zeroGradient: "moves",
});
testOptimizer("regularized matrices", {
  make: () => regularized(sgd({ learningRate: 0.1 }), { l2: 0.1, vectors: false }),
  plugins,
});
