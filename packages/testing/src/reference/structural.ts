import { sizeOf } from "@nn/core";
import type { Kernel } from "./kernel.ts";
import { flatIndex, walk, type Value } from "./value.ts";

type Numbers = readonly number[];

/** Elements of the input, each from the place that `from` names for a place of the result. */
function moved(
  from: (at: Numbers, call: Parameters<Kernel>[0]) => Numbers | undefined,
  otherwise: (call: Parameters<Kernel>[0]) => number = () => 0,
): Kernel {
  return (call) => {
    const [x] = call.inputs as [Value];
    const data = new Float64Array(sizeOf(call.type.shape));
    walk(call.type.shape, (at, flat) => {
      const source = from(at, call);
      data[flat] = source ? x.data[flatIndex(source, x.shape)]! : otherwise(call);
    });
    return data;
  };
}

/** Whether coordinates are inside of a shape. */
function isInside(at: Numbers, shape: Numbers): boolean {
  return at.every((index, axis) => index >= 0 && index < shape[axis]!);
}

/** For a place in the result of gather: which index it was taken from, and the place in x but for that index. */
function gatherAt(at: Numbers, indices: Value, axis: number): { source: number[]; flat: number } {
  const rank = indices.shape.length;
  const flat = flatIndex(at.slice(axis, axis + rank), indices.shape);
  return { source: [...at.slice(0, axis), indices.data[flat]!, ...at.slice(axis + rank)], flat };
}

/** Sums terms one after the other, together with the magnitudes of those that are finite. */
class Sums {
  readonly totals: Float64Array;
  readonly scales: Float64Array;

  constructor(start: ArrayLike<number>) {
    this.totals = Float64Array.from(start);
    this.scales = this.totals.map((x) => (Number.isFinite(x) ? Math.abs(x) : 0));
  }

  add(at: number, term: number): void {
    this.totals[at]! += term;
    if (Number.isFinite(term)) this.scales[at]! += Math.abs(term);
  }

  rounded({ type, round }: Parameters<Kernel>[0]): Float64Array {
    return this.totals.map((total, i) =>
      type.dtype === "i32" ? total | 0 : round(total, type.dtype, "sum", this.scales[i]),
    );
  }
}

/** The place in a result without some axes. */
function without(at: Numbers, axes: Numbers): number[] {
  return at.filter((_, axis) => !axes.includes(axis));
}

/** The primitives of the basis that move elements about or add them up. */
export const structural: { readonly [name: string]: Kernel } = {
  full: ({ type, params, round }) =>
    new Float64Array(sizeOf(type.shape)).fill(round(params["value"] as number, type.dtype, "move")),
  iota: ({ type, round }) =>
    new Float64Array(sizeOf(type.shape)).map((_, i) => round(i, type.dtype, "move")),
  reshape: ({ inputs }) => inputs[0]!.data,
  broadcastTo: moved((at, { inputs }) => at.slice(at.length - inputs[0]!.shape.length)),
  transpose: moved((at, { params }) => {
    const permutation = params["permutation"] as Numbers;
    return at.map((_, axis) => at[permutation.indexOf(axis)]!);
  }),
  slice: moved((at, { params }) =>
    at.map((index, axis) => index + (params["starts"] as Numbers)[axis]!),
  ),
  reverse: moved((at, { type, params }) =>
    at.map((index, axis) =>
      (params["axes"] as Numbers).includes(axis) ? type.shape[axis]! - 1 - index : index,
    ),
  ),
  pad: moved(
    (at, { inputs, params }) => {
      const source = at.map((index, axis) => index - (params["low"] as Numbers)[axis]!);
      return isInside(source, inputs[0]!.shape) ? source : undefined;
    },
    ({ type, params, round }) => round(params["value"] as number, type.dtype, "move"),
  ),
  gather: moved((at, { inputs, params }) => {
    const { source } = gatherAt(at, inputs[1]!, params["axis"] as number);
    return isInside(source, inputs[0]!.shape) ? source : undefined;
  }),
  concat({ inputs, type, params }) {
    const axis = params["axis"] as number;
    const data = new Float64Array(sizeOf(type.shape));
    let start = 0;
    for (const x of inputs) {
      walk(x.shape, (at, flat) => {
        data[flatIndex(at.with(axis, at[axis]! + start), type.shape)] = x.data[flat]!;
      });
      start += x.shape[axis]!;
    }
    return data;
  },
  scatterAdd(call) {
    const [base, indices, updates] = call.inputs as [Value, Value, Value];
    const sums = new Sums(base.data);
    walk(updates.shape, (at, flat) => {
      const { source } = gatherAt(at, indices, call.params["axis"] as number);
      if (isInside(source, base.shape))
        sums.add(flatIndex(source, base.shape), updates.data[flat]!);
    });
    return sums.rounded(call);
  },
  sum(call) {
    const [x] = call.inputs as [Value];
    const sums = new Sums(new Float64Array(sizeOf(call.type.shape)));
    walk(x.shape, (at, flat) => {
      sums.add(
        flatIndex(without(at, call.params["axes"] as Numbers), call.type.shape),
        x.data[flat]!,
      );
    });
    return sums.rounded(call);
  },
  max({ inputs: [x], type, params, round }) {
    const data = new Float64Array(sizeOf(type.shape)).fill(-Infinity);
    walk(x!.shape, (at, flat) => {
      const to = flatIndex(without(at, params["axes"] as Numbers), type.shape);
      data[to] = Math.max(data[to]!, x!.data[flat]!);
    });
    return data.map((extremum) => round(extremum, type.dtype, "order"));
  },
  matmul(call) {
    const [a, b] = call.inputs as [Value, Value];
    const { transposeA, transposeB } = call.params;
    const inner = a.shape.at(transposeA ? -2 : -1)!;
    const sums = new Sums(new Float64Array(sizeOf(call.type.shape)));
    walk(call.type.shape, (at, flat) => {
      const leading = at.slice(0, -2);
      const [row, column] = at.slice(-2) as [number, number];
      for (let k = 0; k < inner; k++) {
        const left = flatIndex([...leading, ...(transposeA ? [k, row] : [row, k])], a.shape);
        const right = flatIndex([...leading, ...(transposeB ? [column, k] : [k, column])], b.shape);
        const [x, y] = [a.data[left]!, b.data[right]!];
        const product = x * y;
        const isOfInfinity = Math.abs(x) === Infinity || Math.abs(y) === Infinity;
        const scale = isOfInfinity ? Infinity : Math.min(Math.abs(product), Number.MAX_VALUE);
        sums.add(flat, call.round(product, call.type.dtype, "arithmetic", scale));
      }
    });
    return sums.rounded(call);
  },
};
