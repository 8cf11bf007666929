export { plugins } from "./plugins.ts";
export { rbf, type RbfOptions } from "./rbf.ts";
export { squaredDistances, squaredDistancesPrimitive } from "./squared-distances.ts";
