import { testOptimizer } from "@nn/testing";
import { adam, exponentialDecay, momentum, plugins, sgd } from "../src/index.ts";

testOptimizer("sgd", { make: () => sgd({ learningRate: 0.1 }), plugins });
testOptimizer("sgd with a schedule", {
  make: () => sgd({ learningRate: exponentialDecay({ initial: 0.2, factor: 0.9 }) }),
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
testOptimizer("adam", { make: () => adam({ learningRate: 0.1 }), plugins });
testOptimizer("adam with amsgrad", {
  make: () => adam({ learningRate: 0.1, amsgrad: true }),
  plugins,
});
