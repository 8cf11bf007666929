import type { Workload } from "./workload.ts";

/** Examples in row-major order. */
export interface SyntheticData {
  /** Numbers around 0, [rows, ...inputShape]. */
  readonly inputs: Float32Array;
  /** Classes, [rows], or numbers from 0 to 1, [rows, 1]. */
  readonly targets: Float32Array | Int32Array;
}

/**
 * Any other would do for measuring. This one was chosen among five because with it a step of `cnn` and `mlp-adam` hardly
 * depends on rounding: 20 losses of PyTorch in f32 and f64 are within 1e-6. With most others they are up to 3e-4 apart
 * for `cnn`, PyTorch's among themselves as much as ours, since a unit or the largest of four cells falls on another side.
 */
const seed = 4;

/**
 * So many rows in the shape of the workload's real data: its examples over and over, or random numbers. A class shows in
 * that every tenth number (of ten classes), counted from its own, is larger.
 */
export function syntheticData(workload: Workload, rows = workload.rows): SyntheticData {
  const { inputShape, classes, examples } = workload;
  const width = inputShape.reduce((product, length) => product * length, 1);
  if (examples) {
    const flat = examples.inputs.flat();
    return {
      inputs: Float32Array.from({ length: rows * width }, (_, i) => flat[i % flat.length]!),
      targets: Float32Array.from(
        { length: rows },
        (_, i) => examples.targets[i % examples.targets.length]!,
      ),
    };
  }
  const random = xorshift(seed);
  const inputs = new Float32Array(rows * width);
  // Ten times as fast as `Float32Array.from`, and there are 47 million of them.
  for (let i = 0; i < inputs.length; i++) inputs[i] = random() * 2 - 1;
  const targets = classes
    ? Int32Array.from({ length: rows }, () => random() * classes)
    : Float32Array.from({ length: rows }, random);
  if (classes)
    for (let row = 0; row < rows; row++)
      for (let i = targets[row]!; i < width; i += classes) inputs[row * width + i]! += 0.25;
  return { inputs, targets };
}

/** Numbers from 0 to below 1 by Marsaglia's xorshift with 32 bits: quick, since some data is large. */
export function xorshift(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 8) / 2 ** 24;
  };
}
