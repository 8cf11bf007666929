/** Where a program's values first stopped being finite. */
export interface Fault {
  /** The layer's path, as in printouts, or a parameter's; empty for the data. */
  readonly path: string;
  /** The operation, as in `log -> f32[4,1]`. */
  readonly operation: string;
}

/** Training met a value that is not finite. Parameters and state are as they were before the chunk. */
export class FaultError extends Error {
  override name = "FaultError";
  /** The number of the step, from 1. */
  readonly step: number;
  readonly fault: Fault | undefined;

  constructor(message: string, step: number, fault: Fault | undefined) {
    super(message);
    this.step = step;
    this.fault = fault;
  }
}
