import type { Json } from "@nn/core";
import type { Column } from "../frame/column.ts";
import type { Frame } from "../frame/frame.ts";
import { frameKey, keyAfter } from "./keys.ts";

/** What came of a step. */
export interface StepResult {
  /** What it remembers. */
  readonly state: Json;
  /** The rows as the step has left them. */
  readonly frame: Frame;
}

/**
 * Where pipelines look for what they have done before, see `memoryCache`. Keys are hashes of the table, the steps so far,
 * and what they remember. A `Map` is one as well, which forgets nothing.
 */
export interface PipelineCache {
  get(key: string): StepResult | undefined;
  set(key: string, result: StepResult): void;
}

/** Does a step, unless it has been done before. `what` says all that its result depends on, but for the steps before. */
export type Follow = (what: string | undefined, work: (frame: Frame) => StepResult) => StepResult;

/** Follows a frame through steps, from the table on. */
export function follow(cache: PipelineCache | undefined, first: Frame): Follow {
  let key = cache && frameKey(first);
  let frame = first;
  return (what, work) => {
    key = key !== undefined && what !== undefined ? keyAfter(key, what) : undefined;
    let result = key === undefined ? undefined : cache?.get(key);
    if (!result) {
      result = work(frame === first && key !== undefined ? ownFrame(first) : frame);
      if (key !== undefined) cache?.set(key, result);
    }
    ({ frame } = result);
    return result;
  };
}

/** A frame whose values nobody else can change: in a cache, they have to remain what their key says. */
function ownFrame(frame: Frame): Frame {
  const columns = new Map<string, Column>();
  for (const [name, column] of frame.columns) columns.set(name, column.slice());
  return { ...frame, columns };
}
