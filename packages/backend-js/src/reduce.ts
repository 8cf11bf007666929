import type { DType } from "@nn/core";
import { sizeOf } from "@nn/core";
import type { Kernel, Kernels, Step } from "./kernel.ts";
import type { Data, Slot } from "./slot.ts";

/** Reduces the middle axis of [outer, count, inner]; one loop for each operator, as in elementwise.ts. */
type ReduceLoop = (o: Data, a: Data, outer: number, count: number, inner: number) => void;

const sum: ReduceLoop = (o, a, outer, count, inner) => {
  for (let x = 0, i = 0; x < outer; x++)
    for (let y = 0; y < inner; y++) {
      let total = 0;
      for (let n = 0, j = x * count * inner + y; n < count; n++, j += inner) total += a[j]!;
      o[i++] = total;
    }
};

const sumIntegers: ReduceLoop = (o, a, outer, count, inner) => {
  for (let x = 0, i = 0; x < outer; x++)
    for (let y = 0; y < inner; y++) {
      let total = 0;
      for (let n = 0, j = x * count * inner + y; n < count; n++, j += inner)
        total = (total + a[j]!) | 0;
      o[i++] = total;
    }
};

const max: ReduceLoop = (o, a, outer, count, inner) => {
  for (let x = 0, i = 0; x < outer; x++)
    for (let y = 0; y < inner; y++) {
      let best = -Infinity;
      for (let n = 0, j = x * count * inner + y; n < count; n++, j += inner)
        best = Math.max(best, a[j]!);
      o[i++] = best;
    }
};

const min: ReduceLoop = (o, a, outer, count, inner) => {
  for (let x = 0, i = 0; x < outer; x++)
    for (let y = 0; y < inner; y++) {
      let best = Infinity;
      for (let n = 0, j = x * count * inner + y; n < count; n++, j += inner)
        best = Math.min(best, a[j]!);
      o[i++] = best;
    }
};

const argMax: ReduceLoop = (o, a, outer, count, inner) => {
  for (let x = 0, i = 0; x < outer; x++)
    for (let y = 0; y < inner; y++) {
      const start = x * count * inner + y;
      let at = 0;
      let best = a[start]!;
      // NaN is the best there is: nothing differs from itself but NaN.
      for (let n = 1, j = start + inner; n < count && best === best; n++, j += inner)
        if (!(a[j]! <= best)) {
          at = n;
          best = a[j]!;
        }
      o[i++] = at;
    }
};

interface Group {
  readonly size: number;
  readonly isReduced: boolean;
}

/** Neighbouring axes that are treated alike count as one. */
function groupAxes(shape: readonly number[], axes: readonly number[]): Group[] {
  const groups: Group[] = [];
  shape.forEach((length, axis) => {
    if (length === 1) return;
    const isReduced = axes.includes(axis);
    const last = groups.at(-1);
    if (last?.isReduced === isReduced)
      groups[groups.length - 1] = { size: last.size * length, isReduced };
    else groups.push({ size: length, isReduced });
  });
  return groups;
}

/** One pass over the data for each group of reduced axes, the last group first. */
function reduction(loopFor: (dtype: DType) => ReduceLoop): Kernel {
  return ({ inputs: [x], inputTypes: [{ shape, dtype }], outputs: [o], params, scratch }) => {
    const loop = loopFor(dtype);
    const groups = groupAxes(shape, (params["axes"] ?? [params["axis"]]) as number[]);
    const sizeUpTo = (at: number): number => sizeOf(groups.slice(0, at).map(({ size }) => size));
    const steps: Step[] = [];
    let from: Slot = x;
    do {
      const at = groups.findLastIndex(({ isReduced }) => isReduced);
      const count = groups[at]?.size ?? 1;
      const outer = sizeUpTo(Math.max(at, 0));
      const inner =
        at < 0 ? sizeUpTo(groups.length) : sizeOf(groups.slice(at + 1).map(({ size }) => size));
      groups.splice(at, at < 0 ? 0 : 1);
      const isLast = !groups.some(({ isReduced }) => isReduced);
      const source = from;
      const target = isLast ? o : scratch(dtype === "f32" ? "f64" : dtype, outer * inner);
      steps.push(() => loop(target.data, source.data, outer, count, inner));
      from = target;
    } while (groups.some(({ isReduced }) => isReduced));
    return steps.length === 1 ? steps[0]! : () => steps.forEach((step) => step());
  };
}

/** Kernels that reduce axes. */
export const reduceKernels: Kernels = {
  sum: reduction((dtype) => (dtype === "i32" ? sumIntegers : sum)),
  max: reduction(() => max),
  min: reduction(() => min),
  argMax: reduction(() => argMax),
};
