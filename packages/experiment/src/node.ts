export {
  type CircumstanceOptions,
  type Circumstances,
  circumstancesOf,
} from "./node/circumstances.ts";
export { openRun, type OpenRun, type OpenRunOptions } from "./node/open-run.ts";
export { readRun } from "./node/read-run.ts";
