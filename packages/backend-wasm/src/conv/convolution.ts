import type { Float } from "../vectors.ts";

type Pair = readonly [number, number];

/**
 * A convolution of images [images, height, width, channels] with a filter [filter height, filter width, channels,
 * filters], as the params of its primitives have it.
 */
export interface Convolution {
  readonly dtype: Float;
  readonly images: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly filter: Pair;
  readonly filters: number;
  readonly strides: Pair;
  readonly padding: readonly [Pair, Pair];
  readonly dilation: Pair;
}

/** Whether there are stages for a convolution with these params; they need all channels in one group. */
export function supportsConvolution({ groups }: { readonly groups: number }): boolean {
  return groups === 1;
}

/** Rows and columns of the result. */
export function outputLengths(convolution: Convolution): Pair {
  const { height, width, filter, strides, padding, dilation } = convolution;
  const length = (axis: 0 | 1): number => {
    const padded = [height, width][axis]! + padding[axis][0] + padding[axis][1];
    return Math.floor((padded - (filter[axis] - 1) * dilation[axis] - 1) / strides[axis]) + 1;
  };
  return [length(0), length(1)];
}

/** Images in memory: their lengths, one behind the other. */
export interface Images {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}
