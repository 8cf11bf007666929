export { outputLengths, supportsConvolution, type Convolution } from "./convolution.ts";
export { planConvolution, planFilterGradient, planInputGradient, type Planning } from "./plan.ts";
