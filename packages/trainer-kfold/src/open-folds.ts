import type { FoldData } from "./data/source.ts";
import type { Plan } from "./plan.ts";

/** The data of folds in which something has begun, which their members share. */
export interface OpenFolds {
  /** Prepares the data of a fold, once for each plan: for another one, which is on another backend, again. */
  data(plan: Plan, fold: number): Promise<FoldData>;
  /** Gives back what was prepared for a fold. */
  close(fold: number): Promise<void>;
  closeAll(): Promise<void>;
}

/** No fold so far. */
export function newOpenFolds(): OpenFolds {
  const open = new Map<number, { readonly plan: Plan; readonly data: Promise<FoldData> }>();
  const close = async (fold: number): Promise<void> => {
    const prepared = open.get(fold);
    open.delete(fold);
    // What could not be prepared has failed, and there is nothing to give back.
    const data = await prepared?.data.catch(() => undefined);
    data?.release();
  };
  return {
    data(plan, fold) {
      const prepared = open.get(fold);
      if (prepared?.plan === plan) return prepared.data;
      void close(fold);
      // A function that is async turns errors of sources that are not into rejections.
      const prepare = async (): Promise<FoldData> => plan.source.fold(plan.splits[fold]!);
      const data = prepare();
      open.set(fold, { plan, data });
      return data;
    },
    close,
    async closeAll() {
      await Promise.all([...open.keys()].map(close));
    },
  };
}
