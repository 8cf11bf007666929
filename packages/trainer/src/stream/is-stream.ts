import type { DataSet } from "../data/data.ts";
import type { DataStream } from "./stream.ts";

/** What streams are told by. */
export const streamKind = "@nn/trainer#stream";

/** Whether data is a stream. */
export function isStream(data: DataSet | DataStream): data is DataStream {
  return (data as DataStream | undefined)?.kind === streamKind;
}
