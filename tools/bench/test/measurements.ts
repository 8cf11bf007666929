import type { Measurement } from "../task.ts";

/** A measurement whose other figures follow from the time of a step. */
export function measurement(usPerStep: number, other: Partial<Measurement> = {}): Measurement {
  return {
    usPerStep,
    compileMs: usPerStep / 10,
    startMs: 200,
    peakMemoryMiB: 80,
    version: "Node 20.19.0",
    ...other,
  };
}
