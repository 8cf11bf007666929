import type { FoldData, Source } from "./data/source.ts";
import type { Split } from "./splitters/splitter.ts";

/** The data of folds in which something has begun, which their members share. */
export interface OpenFolds {
  /** Prepares the data of a fold, once. */
  data(fold: number): Promise<FoldData>;
  /** Gives back what was prepared for a fold. */
  close(fold: number): Promise<void>;
  closeAll(): Promise<void>;
}

/** No fold so far, of these splits of a source. */
export function newOpenFolds(source: Source, splits: readonly Split[]): OpenFolds {
  const open = new Map<number, Promise<FoldData>>();
  // A function that is async turns errors of sources that are not into rejections.
  const prepare = async (fold: number): Promise<FoldData> => source.fold(splits[fold]!);
  const close = async (fold: number): Promise<void> => {
    const prepared = open.get(fold);
    open.delete(fold);
    // What could not be prepared has failed, and there is nothing to give back.
    const data = await prepared?.catch(() => undefined);
    data?.release();
  };
  return {
    data(fold) {
      const data = open.get(fold) ?? prepare(fold);
      open.set(fold, data);
      return data;
    },
    close,
    async closeAll() {
      await Promise.all([...open.keys()].map(close));
    },
  };
}
