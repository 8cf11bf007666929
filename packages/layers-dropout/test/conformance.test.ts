import { testLayer } from "@nn/testing";
import { alphaDropout, dropout, gaussianDropout, gaussianNoise, plugins } from "../src/index.ts";

const common = { input: { shape: [8, 5] }, plugins };
const random = { ...common, isRandom: true };

testLayer("dropout", { ...random, make: () => dropout(0.4) });
testLayer("dropout of whole columns", {
  ...random,
  make: () => dropout(0.5, { sharedAxes: [-2] }),
});
testLayer("dropout of nothing", { ...common, make: () => dropout(0) });
testLayer("alphaDropout", { ...random, make: () => alphaDropout(0.3) });
testLayer("gaussianDropout", { ...random, make: () => gaussianDropout(0.3) });
testLayer("gaussianNoise", { ...random, make: () => gaussianNoise(0.2) });
testLayer("gaussianNoise of nothing", { ...common, make: () => gaussianNoise(0) });
