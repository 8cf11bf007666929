import type { Convolution } from "./convolution.ts";
import type { Taps } from "./filters.ts";

/** The cells of an axis with one remainder of its stride: which taps of the filter meet them, and where. */
interface Remainder {
  readonly remainder: number;
  readonly length: number;
  readonly taps: Taps;
  /** The position of the window where the first of the taps, which is the last of the filter's, meets the first cell. */
  readonly first: number;
  /** How far apart the positions of the taps are, and where they end. */
  readonly dilation: number;
  readonly end: number;
}

/** By remainder: what of an input's gradient along an axis is one convolution. */
export function remainders(convolution: Convolution, axis: 0 | 1): readonly Remainder[] {
  const { filter, strides, padding, dilation } = convolution;
  const stride = strides[axis];
  const length = [convolution.height, convolution.width][axis]!;
  const result: Remainder[] = [];
  for (let remainder = 0; remainder < Math.min(stride, length); remainder++) {
    const from = remainder + padding[axis][0];
    const all = Array.from({ length: filter[axis] }, (_, tap) => tap);
    const taps = all.filter((tap) => (from - tap * dilation[axis]) % stride === 0).toReversed();
    const [last = 0, next = last - 1] = taps;
    const first = taps.length === 0 ? 0 : (from - last * dilation[axis]) / stride;
    const apart = ((last - next) * dilation[axis]) / stride;
    const cells = Math.ceil((length - remainder) / stride);
    result.push({
      remainder,
      length: cells,
      taps: { first: last, step: next - last, length: taps.length },
      first,
      dilation: taps.length > 1 ? apart : 1,
      end: taps.length === 0 ? 0 : first + (taps.length - 1) * apart + cells,
    });
  }
  return result;
}
