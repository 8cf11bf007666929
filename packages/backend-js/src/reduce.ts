import type { Kernel, Kernels } from "./kernel.ts";
import type { Data } from "./value.ts";
import { offsets, stridesOf, walk } from "./walk.ts";

/**
 * Reduces, for each result, the elements that lie at `kept` for the result plus each of `starts`, and on from there in
 * `count` steps of `p`. One loop for each operator, as in elementwise.ts.
 */
type ReduceLoop = (
  o: Data,
  kept: Int32Array,
  a: Data,
  starts: Int32Array,
  count: number,
  p: number,
) => void;

const sum: ReduceLoop = (o, kept, a, starts, count, p) => {
  for (let x = 0; x < kept.length; x++) {
    let total = 0;
    for (let t = 0; t < starts.length; t++)
      for (let n = count, j = kept[x]! + starts[t]!; n > 0; n--, j += p) total += a[j]!;
    o[x] = total;
  }
};

const sumIntegers: ReduceLoop = (o, kept, a, starts, count, p) => {
  for (let x = 0; x < kept.length; x++) {
    let total = 0;
    for (let t = 0; t < starts.length; t++)
      for (let n = count, j = kept[x]! + starts[t]!; n > 0; n--, j += p)
        total = (total + a[j]!) | 0;
    o[x] = total;
  }
};

const max: ReduceLoop = (o, kept, a, starts, count, p) => {
  for (let x = 0; x < kept.length; x++) {
    let best = -Infinity;
    for (let t = 0; t < starts.length; t++)
      for (let n = count, j = kept[x]! + starts[t]!; n > 0; n--, j += p)
        best = Math.max(best, a[j]!);
    o[x] = best;
  }
};

/** NaN is the best there is; it alone differs from itself. */
const argMax: ReduceLoop = (o, kept, a, _, count, p) => {
  for (let x = 0; x < kept.length; x++) {
    let j = kept[x]!;
    let best = a[j]!;
    let at = 0;
    for (let n = 1; n < count && best === best; n++) {
      j += p;
      if (a[j]! <= best) continue;
      best = a[j]!;
      at = n;
    }
    o[x] = at;
  }
};

function reduction(loop: ReduceLoop, integers = loop): Kernel {
  return ({ inputs: [x], outputs: [o], params }) => {
    const run = x.dtype === "i32" ? integers : loop;
    const reduced = (params["axes"] ?? [params["axis"]]) as readonly number[];
    const isReduced = (_: number, axis: number): boolean => reduced.includes(axis);
    const isKept = (_: number, axis: number): boolean => !reduced.includes(axis);
    const strides = stridesOf(x.shape);
    const kept = offsets(x.shape.filter(isKept), strides.filter(isKept));
    const { count, steps, starts } = walk(x.shape.filter(isReduced), [strides.filter(isReduced)]);
    return () => run(o.data, kept, x.data, starts[0], count, steps[0]);
  };
}

/** Kernels that reduce axes. */
export const reduceKernels: Kernels = {
  sum: reduction(sum, sumIntegers),
  max: reduction(max),
  argMax: reduction(argMax),
};
