export {
  type CircumstanceOptions,
  type Circumstances,
  circumstancesOf,
} from "./node/circumstances.ts";
export { openRun, type OpenRun } from "./node/open-run.ts";
export type { OpenRunOptions } from "./node/open-run-options.ts";
export { readRun } from "./node/read-run.ts";
