import type { StoredModel } from "@nn/core";
import { DeviceLostError } from "@nn/trainer";

/** The error of a device that is not replaced, with what `fit` had reached on it, where it was training. */
export function deviceLost(device: string, why: string, cause: unknown): DeviceLostError {
  const { step = 0, snapshot } = lossOf(cause);
  return new DeviceLostError(`kFold: ${device} was lost, and ${why}`, step, snapshot, cause);
}

/** What training can go on from, where it failed because its device was lost. */
export function snapshotOf(error: unknown): StoredModel | undefined {
  return lossOf(error).snapshot;
}

function lossOf(error: unknown): Partial<DeviceLostError> {
  const { name } = Object(error) as Partial<Error>;
  return name === "DeviceLostError" ? (error as DeviceLostError) : {};
}
