import type { StoredModel } from "@nn/core";
import { DeviceLostError } from "@nn/trainer";

/** The error of a device that is not replaced, with what `fit` had reached on it, where it was training. */
export function deviceLost(device: string, why: string, cause: unknown): DeviceLostError {
  const { step = 0 } = Object(cause) as Partial<DeviceLostError>;
  const message = `kFold: ${device} was lost, and ${why}`;
  return new DeviceLostError(message, step, snapshotOf(cause), cause);
}

/** What training can go on from, where it failed because its device was lost. */
export function snapshotOf(error: unknown): StoredModel | undefined {
  return (Object(error) as Partial<DeviceLostError>).snapshot;
}
