export { lion, type LionOptions } from "./lion.ts";
export { plugins } from "./plugins.ts";
