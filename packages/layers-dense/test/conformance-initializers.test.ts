import { testInitializer } from "@nn/testing";
import {
  constant,
  glorotNormal,
  glorotUniform,
  heNormal,
  heUniform,
  lecunNormal,
  lecunUniform,
  normal,
  ones,
  orthogonal,
  plugins,
  truncatedNormal,
  uniform,
  varianceScaling,
  zeros,
} from "../src/index.ts";

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
const lecun = Math.sqrt(1 / fanIn);
testInitializer("lecunNormal", { make: () => lecunNormal(), plugins, mean: 0, deviation: lecun });
testInitializer("lecunUniform", { make: () => lecunUniform(), plugins, mean: 0, deviation: lecun });
testInitializer("varianceScaling", {
  make: () => varianceScaling({ scale: 3, fan: "out", distribution: "uniform" }),
  plugins,
  mean: 0,
  deviation: Math.sqrt(3 / fanOut),
});
testInitializer("truncatedNormal", {
  make: () => truncatedNormal({ mean: 1, deviation: 0.5 }),
  plugins,
  mean: 1,
  deviation: 0.5 * 0.8796256610342398,
});
testInitializer("orthogonal", {
  make: () => orthogonal({ gain: 2 }),
  plugins,
  mean: 0,
  deviation: 2 / Math.sqrt(fanIn),
});
