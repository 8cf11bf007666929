/** A fold failed, for the reason in `cause`. The others have been ended. */
export class FoldError extends Error {
  override name = "FoldError";
  /** The number of the fold, from 0. */
  readonly fold: number;

  constructor(fold: number, cause: unknown) {
    super(`fold ${fold}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.fold = fold;
  }
}
