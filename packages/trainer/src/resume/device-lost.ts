import type { StoredModel } from "@nn/core";

/** The device that computed is gone, and training did not go on on another one. */
export class DeviceLostError extends Error {
  override name = "DeviceLostError";
  /** Steps that were done. */
  readonly step: number;
  /** The run as it was a little before, to be passed to `fit` as `resume`; undefined where training had not begun. */
  readonly snapshot: StoredModel | undefined;

  constructor(message: string, step: number, snapshot: StoredModel | undefined, cause: unknown) {
    super(message, { cause });
    this.step = step;
    this.snapshot = snapshot;
  }
}
