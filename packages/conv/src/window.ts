import {
  add,
  check,
  clip,
  expandDims,
  gather,
  gradient,
  iota,
  mul,
  sub,
  sum,
  type Tensor,
  type TensorType,
} from "@nn/core";

/** Two numbers: for height and width, or for before and behind. */
export type Pair = readonly [number, number];

/** How a window moves over the height and width of images. */
export interface WindowOptions {
  /** Cells from one position of the window to the next; one number stands for both directions. */
  readonly strides?: number | Pair;
  /**
   * Cells around the image: none (`"valid"`, the default), as many as give ⌈length / stride⌉ positions (`"same"`), one
   * number for all sides, or `[[top, bottom], [left, right]]`.
   */
  readonly padding?: "same" | "valid" | number | readonly [Pair, Pair];
  /** Cells from one cell of the window to the next; default 1. */
  readonly dilation?: number | Pair;
}

/** The same, worked out for one input: plain data for the params of primitives. */
export type WindowParams = {
  /** For height and width. */
  readonly strides: Pair;
  /** `[[top, bottom], [left, right]]`. */
  readonly padding: readonly [Pair, Pair];
  /** For height and width; 1 where there is none. */
  readonly dilation?: Pair;
};

/** One number for both directions, or one for each. */
export function pair(value: number | Pair): Pair {
  return typeof value === "number" ? [value, value] : value;
}

/** Works options out for images [batch, height, width, channels]; `windowLengths` checks the result. */
export function resolveWindow(
  { shape }: TensorType,
  window: readonly number[],
  { strides: step = 1, padding = "valid", dilation: gap = 1 }: WindowOptions,
): Required<WindowParams> {
  const strides = pair(step);
  const dilation = pair(gap);
  const around = (axis: 0 | 1): Pair => {
    if (typeof padding === "object") return padding[axis];
    if (padding !== "same") return pair(padding === "valid" ? 0 : padding);
    const length = shape[axis + 1]!;
    const last = (Math.ceil(length / strides[axis]) - 1) * strides[axis];
    const missing = Math.max(0, last + (window[axis]! - 1) * dilation[axis] + 1 - length);
    const before = Math.floor(missing / 2);
    return [before, missing - before];
  };
  return { strides, padding: [around(0), around(1)], dilation };
}

/** Checks a window, and counts its positions along height and width. */
export function windowLengths(
  name: string,
  shape: readonly number[],
  [height, width]: readonly number[],
  { strides, padding, dilation = [1, 1] }: WindowParams,
): readonly number[] {
  const window = [height!, width!];
  const whole = (numbers: readonly unknown[], count: number, least: number): boolean =>
    numbers.length === count && numbers.every((n) => Number.isInteger(n) && (n as number) >= least);
  check(
    whole([window, strides, dilation].flat(), 6, 1) && whole(padding.flat(), 4, 0),
    () =>
      `${name}: expected two whole numbers from 1 each and padding "same", "valid", from 0 or ` +
      `[[top, bottom], [left, right]], got ${JSON.stringify({ window, strides, dilation, padding })}`,
  );
  return window.map((cells, axis) => {
    const extent = (cells - 1) * dilation[axis]! + 1;
    const length = shape[axis + 1]! + padding[axis]![0] + padding[axis]![1];
    check(
      extent <= length,
      () => `${name}: expected a window of up to ${length} cells, padding included, got ${extent}`,
    );
    return Math.floor((length - extent) / strides[axis]!) + 1;
  });
}

/**
 * What the window sees of images at each of its positions, [batch, rows, window rows, columns, window columns,
 * channels], with zeros in the padding, or, with `nearest`, the nearest cell of the image.
 */
export function patches(
  x: Tensor,
  window: readonly number[],
  params: WindowParams,
  nearest = false,
): Tensor {
  const { strides, padding, dilation = [1, 1] } = params;
  return windowLengths("patches", x.shape, window, params).reduce((images, length, axis) => {
    const starts = sub(mul(iota(length), strides[axis]!), padding[axis]![0]);
    const cells = add(expandDims(starts, 1), mul(iota(window[axis]!), dilation[axis]!));
    return gather(images, nearest ? clip(cells, 0, x.shape[axis + 1]! - 1) : cells, 1 + 2 * axis);
  }, x);
}

/** What becomes of the cotangent of `fn(x)` on its way back to x. */
export function pullBack(fn: (x: Tensor) => Tensor, x: Tensor, cotangent: Tensor): Tensor {
  return gradient((moving: Tensor) => sum(mul(fn(moving), cotangent)))(x);
}
