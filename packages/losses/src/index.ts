export { mse } from "./mse.ts";
export { plugins } from "./plugins.ts";
