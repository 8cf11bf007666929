import type { Value } from "./graph.ts";
import { stridesOf } from "./position.ts";

/** The integers that a value always holds, where it is made of counting and plain arithmetic. */
function integersOf(value: Value): Int32Array | undefined {
  const { op, inputs, size, shape, params } = value;
  if (!value.isConstant || value.dtype !== "i32" || size > 65_536) return undefined;
  if (op === "full") return new Int32Array(size).fill(params["value"] as number);
  if (op === "iota") return Int32Array.from({ length: size }, (_, i) => i);
  const operands = inputs.map(integersOf);
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
  const own = stridesOf(from);
  const strides = stridesOf(to);
  const size = to.reduce((product, length) => product * length, 1);
  return new Int32Array(size).map((_, i) =>
    from.reduce((sum, length, axis) => {
      const coordinate = Math.floor(i / strides[axis + extra]!) % to[axis + extra]!;
      return sum + (length === 1 ? 0 : coordinate * own[axis]!);
    }, 0),
  );
}

/** The smallest and the largest of the integers that a value always holds. */
export function rangeOf(value: Value): readonly [number, number] | undefined {
  const integers = integersOf(value);
  if (!integers?.length) return undefined;
  return [integers.reduce((a, b) => Math.min(a, b)), integers.reduce((a, b) => Math.max(a, b))];
}

/** Indices [rows, columns] that are `first + row · rowStep + column · columnStep`, with rows apart from each other. */
export interface Grid {
  readonly rows: number;
  readonly columns: number;
  readonly first: number;
  readonly rowStep: number;
  readonly columnStep: number;
}

/** The grid that constant indices are, if they are one. */
export function gridOf(indices: Value): Grid | undefined {
  if (indices.shape.length !== 2) return undefined;
  const integers = integersOf(indices);
  if (!integers?.length) return undefined;
  const [rows, columns] = indices.shape as [number, number];
  const first = integers[0]!;
  const rowStep = rows > 1 ? integers[columns]! - first : 1;
  const columnStep = columns > 1 ? integers[1]! - first : 1;
  const isGrid = integers.every(
    (x, i) => x === first + Math.floor(i / columns) * rowStep + (i % columns) * columnStep,
  );
  return isGrid && rowStep > 0 ? { rows, columns, first, rowStep, columnStep } : undefined;
}
