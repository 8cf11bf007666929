export { conv2d, convPrimitives, type ConvOptions, type ConvParams } from "./conv.ts";
export { avgPool2d, maxPool2d, poolPrimitives, type PoolOptions, type PoolParams } from "./pool.ts";
export type { Pair, WindowOptions, WindowParams } from "./window.ts";
