import type { Value } from "./graph.ts";
import { stridesOf } from "../code/position.ts";

/** The integers that a value always holds. */
export interface Integers {
  readonly all: Int32Array;
  /** The smallest and the largest; at least one is there. */
  readonly range: readonly [number, number];
  readonly grid: Grid | undefined;
}

/** The integers of a value that is made of counting and plain arithmetic, if those of its operands are known. */
export function integersOf(value: Value): Integers | undefined {
  const all = listOf(value);
  if (!all?.length) return undefined;
  const range = [
    all.reduce((a, b) => Math.min(a, b)),
    all.reduce((a, b) => Math.max(a, b)),
  ] as const;
  return { all, range, grid: gridIn(all, value.shape) };
}

function listOf(value: Value): Int32Array | undefined {
  const { op, inputs, size, shape, params } = value;
  if (!value.isConstant || value.dtype !== "i32" || size > 65_536) return undefined;
  if (op === "full") return new Int32Array(size).fill(params["value"] as number);
  if (op === "iota") return Int32Array.from({ length: size }, (_, i) => i);
  const operands = inputs.map((input) => input.integers()?.all);
  if (operands.includes(undefined)) return undefined;
  const [a, b] = operands as [Int32Array, Int32Array];
  if (op === "reshape" || op === "copy") return a;
  const apply = operations[op];
  if (!apply) return undefined;
  const indices = inputs.map((input) => broadcastIndices(input.shape, shape));
  return new Int32Array(size).map((_, i) =>
    apply(a[indices[0]![i]!]!, b ? b[indices[1]![i]!]! : 0),
  );
}

const operations: Readonly<Record<string, (a: number, b: number) => number>> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: Math.imul,
  maximum: Math.max,
  minimum: Math.min,
  broadcastTo: (a) => a,
};

function broadcastIndices(from: readonly number[], to: readonly number[]): Int32Array {
  const extra = to.length - from.length;
  const steps = stridesOf(from);
  const strides = stridesOf(to);
  const size = to.reduce((product, length) => product * length, 1);
  return new Int32Array(size).map((_, i) =>
    from.reduce((sum, length, axis) => {
      const coordinate = Math.floor(i / strides[axis + extra]!) % to[axis + extra]!;
      return sum + (length === 1 ? 0 : coordinate * steps[axis]!);
    }, 0),
  );
}

/** Differences of integers that are nearer to 0 than this are i32. */
const FAR = 2 ** 30;

/** Indices [rows, columns] that are `first + row · rowStep + column · columnStep`, with rows apart from each other. */
interface Grid {
  readonly rows: number;
  readonly columns: number;
  readonly first: number;
  readonly rowStep: number;
  readonly columnStep: number;
}

function gridIn(integers: Int32Array, shape: readonly number[]): Grid | undefined {
  if (shape.length !== 2) return undefined;
  const [rows, columns] = shape as [number, number];
  const first = integers[0]!;
  const rowStep = rows > 1 ? integers[columns]! - first : 1;
  const columnStep = columns > 1 ? integers[1]! - first : 1;
  const isGrid = integers.every(
    (x, i) =>
      Math.abs(x) < FAR &&
      x === first + Math.floor(i / columns) * rowStep + (i % columns) * columnStep,
  );
  return isGrid && rowStep > 0 ? { rows, columns, first, rowStep, columnStep } : undefined;
}
