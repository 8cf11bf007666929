export { accuracy } from "./accuracy.ts";
export type { ClassOptions, PredictionForm } from "./options.ts";
export { plugins } from "./plugins.ts";
export { r2 } from "./r2.ts";
