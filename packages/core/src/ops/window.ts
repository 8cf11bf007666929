import { show, check } from "../engine/errors.ts";
import { pullback } from "../engine/gradient.ts";
import { lowering } from "../engine/lower.ts";
import type { Params, Primitive } from "../interfaces/primitive.ts";
import type { Tensor, TensorType } from "../interfaces/tensor.ts";
import { add, mul, sub } from "./arithmetic.ts";
import { iota } from "./constant.ts";
import { gather } from "./gather.ts";
import { expandDims } from "./shape.ts";

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
  readonly strides: Pair;
  readonly padding: readonly [Pair, Pair];
  readonly dilation: Pair;
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
): WindowParams {
  const strides = pair(step);
  const dilation = pair(gap);
  const around = (axis: 0 | 1): Pair => {
    if (padding === "valid") return [0, 0];
    if (padding !== "same") return typeof padding === "number" ? [padding, padding] : padding[axis];
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
  window: readonly number[],
  { strides, padding, dilation }: WindowParams,
): readonly number[] {
  const arePairs = (numbers: readonly unknown[], least: number, count: number): boolean =>
    numbers.length === count && numbers.every((n) => Number.isInteger(n) && (n as number) >= least);
  check(
    arePairs([window.slice(0, 2), strides, dilation].flat(), 1, 6),
    () =>
      `${name}: window, strides and dilation are whole numbers from 1 for height and width, got ` +
      `${show(window.slice(0, 2))}, ${show(strides)} and ${show(dilation)}`,
  );
  check(
    arePairs(padding.flat(), 0, 4),
    () =>
      `${name}: padding should be "same", "valid", a whole number or [[top, bottom], [left, right]], got ` +
      JSON.stringify(padding),
  );
  return [0, 1].map((axis) => {
    const extent = (window[axis]! - 1) * dilation[axis]! + 1;
    const padded = shape[axis + 1]! + padding[axis]![0] + padding[axis]![1];
    check(
      extent <= padded,
      () =>
        `${name}: a window over ${extent} cells does not fit into ${padded}, padding included; use a smaller one, or pad`,
    );
    return Math.floor((padded - extent) / strides[axis]!) + 1;
  });
}

/** Where the cells of a window lie along an axis, [positions, cells]; outside of the image in the padding. */
export function windowCells(
  axis: number,
  positions: number,
  cells: number,
  { strides, padding, dilation }: WindowParams,
): Tensor {
  const starts = sub(mul(iota(positions), strides[axis]!), padding[axis]![0]);
  return add(expandDims(starts, 1), mul(iota(cells), dilation[axis]!));
}

/** What the window sees of images at each position: [batch, rows, window rows, columns, window columns, channels]. */
export function patches(x: Tensor, rows: Tensor, columns: Tensor): Tensor {
  return gather(gather(x, rows, 1), columns, 3);
}

/** The cotangent of one operand, from the lowering of a primitive with one result. */
export function loweredGradient(
  primitive: unknown,
  inputs: readonly Tensor[],
  params: Params,
  operand: number,
  cotangent: Tensor,
): readonly Tensor[] {
  const program = lowering(primitive as Primitive, inputs, params);
  const needed = inputs.map((_, i) => i === operand);
  return [pullback(program, inputs, needed).back([cotangent])[operand]!];
}
