import { measureBlocks } from "../blocks.ts";
import type { Measurement, ProductTask } from "../task.ts";
import { type Operands, productError, randomOperands, tolerance } from "./matrices.ts";

/** Somebody's product of two matrices that are on the device. */
export interface Multiplier {
  readonly version: string;
  /** Multiplies them so many times, one after another, and waits until the last product is done. */
  run(times: number): Promise<void>;
  /** The elements of the last product. */
  read(): Promise<Float32Array>;
}

/** Long blocks, so that waiting for the device at their ends, which nobody does in between, does not count. */
const blockMs = 200;

/** Multiplies once, checks the result, and measures the time of a product. A wrong one is an error. */
export async function measureProduct(
  task: ProductTask,
  prepare: (operands: Operands) => Promise<Multiplier>,
): Promise<Measurement> {
  const clock = newClock();
  const operands = randomOperands(task.size);
  const dataMs = clock();
  const multiplier = await prepare(operands);
  await multiplier.run(1);
  const firstMs = clock();
  const relativeError = productError(operands, await multiplier.read());
  if (!(relativeError <= tolerance))
    throw new Error(
      `a wrong product (${multiplier.version}): it is off by ${relativeError.toPrecision(2)}`,
    );
  const besidesMs = dataMs + clock();
  const { run, version } = multiplier;
  const measured = await measureBlocks(task, () => ({ run, version, dataMs: besidesMs }), blockMs);
  const compileMs = Math.max(0, firstMs - measured.usPerStep / 1000);
  return { ...measured, compileMs, relativeError };
}

/** Tells the milliseconds since it was asked last. */
function newClock(): () => number {
  let last = performance.now();
  return () => {
    const before = last;
    last = performance.now();
    return last - before;
  };
}
