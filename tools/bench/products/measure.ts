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

/**
 * Measures the time of a product, and checks the last one, since what goes wrong may do so only where the device is busy.
 * A wrong one is an error.
 */
export async function measureProduct(
  task: ProductTask,
  prepare: (operands: Operands) => Promise<Multiplier>,
): Promise<Measurement> {
  const begun = performance.now();
  const operands = randomOperands(task.size);
  const drawn = performance.now();
  const multiplier = await prepare(operands);
  const { run, version } = multiplier;
  await run(1);
  const firstMs = performance.now() - drawn;
  const dataMs = drawn - begun;
  const measured = await measureBlocks(task, () => ({ run, version, dataMs }), blockMs);
  const relativeError = productError(operands, await multiplier.read());
  if (!(relativeError <= tolerance))
    throw new Error(`a wrong product (${version}): it is off by ${relativeError.toPrecision(2)}`);
  const compileMs = Math.max(0, firstMs - measured.usPerStep / 1000);
  return { ...measured, compileMs, relativeError };
}
