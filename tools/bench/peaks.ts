/** The most that a device can do, and who says so. */
export interface Peak {
  readonly tflops: number;
  readonly source: string;
}

/**
 * TFLOP/s in f32 without tensor cores or sparsity, as NVIDIA's data sheets have them, by a part of the adapter's name.
 * WebGPU tells no such figure. The first one that fits counts.
 */
const knownPeaks: readonly (readonly [name: RegExp, tflops: number])[] = [
  [/\bh[12]00[ -]nvl\b/i, 60],
  [/\bh100[ -]pcie\b/i, 51],
  [/\bh[12]00\b/i, 67],
  [/\ba100\b/i, 19.5],
  [/\bl40s\b/i, 91.6],
  [/\bl4\b/i, 30.3],
  [/\bt4\b/i, 8.1],
  [/\brtx[ -]4090\b/i, 82.6],
];

/** The peak that was given, or that of a device that is known; otherwise undefined. */
export function peakOf(adapter: string | undefined, given: number | undefined): Peak | undefined {
  if (given !== undefined) return { tflops: given, source: "--peak-tflops" };
  const known = knownPeaks.find(([name]) => name.test(adapter ?? ""));
  return (
    known && {
      tflops: known[1],
      source: `the data sheet of ${adapter}, f32 without tensor cores`,
    }
  );
}
