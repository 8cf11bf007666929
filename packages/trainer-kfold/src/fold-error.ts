import type { Tree } from "@nn/core";
import type { KFoldResult } from "./result.ts";

/** A fold failed, for the reason in `cause`, and the others have been ended. */
export class FoldError extends Error {
  override name = "FoldError";
  /** The number of the fold, from 0. */
  readonly fold: number;
  /** What is made of the folds that finished before, if any did. */
  result?: KFoldResult<Tree, Tree>;

  constructor(fold: number, cause: unknown) {
    super(`fold ${fold}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.fold = fold;
  }
}
