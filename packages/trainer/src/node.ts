export { progress, type ProgressOptions } from "./node/progress.ts";
