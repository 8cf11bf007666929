export { alphaDropout } from "./alpha-dropout.ts";
export { dropout, type DropoutOptions } from "./dropout.ts";
export { gaussianDropout } from "./gaussian-dropout.ts";
export { gaussianNoise } from "./gaussian-noise.ts";
export { plugins } from "./plugins.ts";
