import { checked, positive } from "../arguments.ts";
import type { PipelineCache, StepResult } from "./cache.ts";

/** What can be chosen for `memoryCache`. */
export interface MemoryCacheOptions {
  /** How many megabytes of columns it keeps at most, without the texts in them; 512 by default. */
  readonly megabytes?: number;
}

/**
 * Keeps in memory what steps have learned and made. Pipelines that are given it do not do again what one of them has done
 * to the same table with the same steps; where only the last steps are others, only those are done. What was not asked
 * for the longest is forgotten first.
 *
 * ```ts
 * const cache = memoryCache();
 * await kFold({ pipeline: pipeline(steps, { cache }), … });
 * await kFold({ pipeline: pipeline([...steps, minMax()], { cache }), … }); // begins where the steps differ
 * ```
 */
export function memoryCache(options: MemoryCacheOptions = {}): PipelineCache {
  const { megabytes = 512 } = checked<MemoryCacheOptions>("memoryCache", options, {
    megabytes: positive,
  });
  const results = new Map<string, StepResult>();
  // Results share the columns that a step has left as they were.
  const uses = new Map<ArrayLike<unknown>, number>();
  let bytes = 0;
  const use = ({ frame }: StepResult, by: 1 | -1): void => {
    const columns = [...frame.columns.values(), frame.ids, frame.origin];
    for (const column of new Set(columns)) {
      if (!column) continue;
      const before = uses.get(column) ?? 0;
      if (before === 0) bytes += bytesOf(column);
      if (before + by > 0) uses.set(column, before + by);
      else {
        uses.delete(column);
        bytes -= bytesOf(column);
      }
    }
  };
  const forget = (key: string, result: StepResult): void => {
    results.delete(key);
    use(result, -1);
  };
  return {
    get(key) {
      const result = results.get(key);
      if (result) {
        results.delete(key);
        results.set(key, result);
      }
      return result;
    },
    set(key, result) {
      const before = results.get(key);
      if (before) forget(key, before);
      results.set(key, result);
      use(result, 1);
      for (const [oldest, one] of results) {
        if (bytes <= megabytes * 1e6) break;
        forget(oldest, one);
      }
    },
  };
}

/** Lists have eight bytes for each value; those of its texts are counted nowhere. */
function bytesOf(column: ArrayLike<unknown>): number {
  return column.length * 8;
}
