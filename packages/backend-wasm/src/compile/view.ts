import { sizeOf, type Params } from "@nn/core";

/** Which elements of a stored value another value consists of. */
export interface View {
  /** The position of the first element, and the distance of neighbours along each axis. */
  readonly offset: number;
  readonly strides: readonly number[];
}

/** Strides of a value whose elements lie one behind the other, the last axis first. */
export function rowMajor(shape: readonly number[]): number[] {
  const strides: number[] = [];
  let size = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = size;
    size *= shape[axis]!;
  }
  return strides;
}

/** Whether the elements of a view lie one behind the other. */
export function isPacked({ strides }: View, shape: readonly number[]): boolean {
  const packed = rowMajor(shape);
  return sizeOf(shape) <= 1 || shape.every((n, axis) => n === 1 || strides[axis] === packed[axis]);
}

/** The view under another shape; undefined where the elements are not evenly spaced any more. */
function reshaped(
  { offset, strides }: View,
  from: readonly number[],
  to: readonly number[],
): View | undefined {
  if (sizeOf(from) === 0) return { offset, strides: rowMajor(to) };
  const axes = from.map((length, axis) => ({ length, stride: strides[axis]! }));
  const left = axes.filter(({ length }) => length > 1);
  const result: number[] = [];
  // From the last axis on: what is left of the axes of `from` is divided among the axes of `to`.
  let current = left.pop();
  for (let axis = to.length - 1; axis >= 0; axis--) {
    const length = to[axis]!;
    if (length === 1) {
      result[axis] = 0;
      continue;
    }
    let rest = length;
    let span = current!.length;
    while (span < rest) {
      const outer = left.at(-1);
      if (!outer || outer.stride !== current!.stride * current!.length) return undefined;
      left.pop();
      current = { length: current!.length * outer.length, stride: current!.stride };
      span = current.length;
    }
    if (span % rest !== 0) return undefined;
    result[axis] = current!.stride;
    rest = span / rest;
    current = rest > 1 ? { length: rest, stride: current!.stride * length } : left.pop();
  }
  return { offset, strides: result };
}

/** The view as it is read when its shape is broadcast to another. */
export function broadcastView(
  { offset, strides }: View,
  from: readonly number[],
  to: readonly number[],
): View {
  const extra = to.length - from.length;
  return {
    offset,
    strides: to.map((_, axis) =>
      axis < extra || from[axis - extra] === 1 ? 0 : strides[axis - extra]!,
    ),
  };
}

/** The view after a primitive that only moves elements; undefined where they are not evenly spaced any more. */
export function transformed(
  name: string,
  view: View,
  from: readonly number[],
  to: readonly number[],
  params: Params,
): View | undefined {
  const { offset, strides } = view;
  switch (name) {
    case "reshape":
      return reshaped(view, from, to);
    case "broadcastTo":
      return broadcastView(view, from, to);
    case "transpose":
      return { offset, strides: (params["permutation"] as number[]).map((axis) => strides[axis]!) };
    case "slice": {
      const starts = params["starts"] as number[];
      return { offset: starts.reduce((sum, n, axis) => sum + n * strides[axis]!, offset), strides };
    }
    default: {
      const axes = params["axes"] as number[];
      const isTurned = (axis: number): boolean => axes.includes(axis);
      return {
        offset: axes.reduce((sum, axis) => sum + (from[axis]! - 1) * strides[axis]!, offset),
        strides: strides.map((stride, axis) => (isTurned(axis) ? -stride : stride)),
      };
    }
  }
}

/** Whether the last two axes of a view can be read as a matrix: one of them without gaps, none of them backwards. */
export function isMatrix({ strides }: View, shape: readonly number[]): boolean {
  const [rows, columns] = shape.slice(-2);
  const [row, column] = strides.slice(-2);
  const isPlain = (length: number, stride: number): boolean => length === 1 || stride === 1;
  return (
    strides.every((stride) => stride >= 0) &&
    (rows === 1 || row! > 0) &&
    (columns === 1 || column! > 0) &&
    (isPlain(rows!, row!) || isPlain(columns!, column!))
  );
}

/**
 * Strides along the batch as one axis, along rows as one, and along columns, where the axes from `firstRowAxis` on but
 * the last count rows; undefined where these are not evenly spaced.
 */
export function matrixStrides(
  shape: readonly number[],
  strides: readonly number[],
  firstRowAxis: number,
): readonly [number, number, number] | undefined {
  const joined = (from: number, to: number): number | undefined => {
    const lengths = shape.slice(from, to);
    const packed = rowMajor(lengths);
    const last = lengths.findLastIndex((length) => length > 1);
    const stride = last < 0 ? 0 : strides[from + last]! / packed[last]!;
    const isOne = lengths.every(
      (length, axis) => length === 1 || strides[from + axis] === stride * packed[axis]!,
    );
    return isOne ? stride : undefined;
  };
  const batch = joined(0, firstRowAxis);
  const row = joined(firstRowAxis, shape.length - 1);
  return batch === undefined || row === undefined ? undefined : [batch, row, strides.at(-1)!];
}
