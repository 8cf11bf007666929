export { outputLengths, supportsConvolution, type Convolution } from "./convolution.ts";
export { planConvolution, planFilterGradient, planInputGradient } from "./plan.ts";
export {
  planAveragePool,
  planAveragePoolGradient,
  planMaxPool,
  planMaxPoolGradient,
} from "./pool.ts";
export { pooledLengths, type Pooling } from "./windows.ts";
