export { crossEntropy, type CrossEntropyOptions } from "./cross-entropy.ts";
export { mse } from "./mse.ts";
export type { PredictionForm } from "./options.ts";
export { plugins } from "./plugins.ts";
