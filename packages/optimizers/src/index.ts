export { adam, type AdamOptions } from "./adam.ts";
export { momentum, type MomentumOptions } from "./momentum.ts";
export { plugins } from "./plugins.ts";
export type { LearningRate } from "./rate.ts";
export { constant } from "./schedules/constant.ts";
export { exponentialDecay, type ExponentialDecayOptions } from "./schedules/exponential-decay.ts";
export { inverseTimeDecay, type InverseTimeDecayOptions } from "./schedules/inverse-time-decay.ts";
export { sgd } from "./sgd.ts";
