export { js } from "./js.ts";
export { plugins } from "./plugins.ts";
