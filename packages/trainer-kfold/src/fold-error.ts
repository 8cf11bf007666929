import type { Tree } from "@nn/core";
import type { KFoldResult } from "./result.ts";

/** A fold, or one of its members, failed, for the reason in `cause`, and the others have been ended. */
export class FoldError extends Error {
  override name = "FoldError";
  /** The number of the fold, from 0. */
  readonly fold: number;
  /** The number of the model in the fold, where it has several. */
  readonly member: number | undefined;
  /** What is made of the folds that finished before, if any did and there is a device to put their models on. */
  result?: KFoldResult<Tree, Tree>;

  constructor(fold: number, cause: unknown, member?: number) {
    const place = member === undefined ? `fold ${fold}` : `fold ${fold}, member ${member}`;
    super(`${place}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.fold = fold;
    this.member = member;
  }
}
