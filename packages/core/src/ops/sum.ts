import { checkTensors } from "../engine/tensor.ts";
import type { Tensor, TensorType } from "../interfaces/tensor.ts";
import { define, named, one, type Rules } from "./define.ts";
import { checkDtype } from "./operands.ts";
import { axesOf, broadcastTo, normalizeAxes, reshape } from "./shape.ts";

/** Params of reductions: the axes, in ascending order. */
export type AxesParams = { readonly axes: readonly number[] };

/** How reductions treat the axes that they go over: `keepDims` leaves them with length 1. */
export interface ReduceOptions {
  readonly keepDims?: boolean;
}

/** Axes of a reduction: some, one, or by default all. */
export type Axes = readonly number[] | number;

/** What a reduction looks like. */
export type Reduction = (x: Tensor, axes?: Axes, options?: ReduceOptions) => Tensor;

/** The shape that is left without some axes. */
export function withoutAxes({ shape }: TensorType, axes: readonly number[]): readonly number[] {
  return shape.filter((_, axis) => !axes.includes(axis));
}

/** A reduced tensor with the axes that it has lost, as axes of length 1. */
function withAxes(x: Tensor, { shape }: TensorType, axes: readonly number[]): Tensor {
  return reshape(
    x,
    shape.map((length, axis) => (axes.includes(axis) ? 1 : length)),
  );
}

/** The axes that are meant, in ascending order. */
export function axesFrom(name: string, x: Tensor, axes: Axes = axesOf(x)): readonly number[] {
  return normalizeAxes(name, x, [axes].flat());
}

/** Makes the primitive of a reduction, and the function that applies it. */
export function reduction(
  name: string,
  rules: Pick<Rules<AxesParams>, "gradient">,
  check?: (name: string, x: TensorType, axes: readonly number[]) => void,
): Reduction {
  const primitive = define<AxesParams>(name, {
    ...rules,
    type([x], { axes }) {
      checkDtype(name, "number", [x!]);
      check?.(name, x!, axes);
      return { shape: withoutAxes(x!, axes) };
    },
    shift({ axes }) {
      return { axes: axes.map((axis) => axis + 1) };
    },
  });
  return named(name, (x, given, options) => {
    checkTensors(name, [x]);
    const axes = axesFrom(name, x, given);
    const result = axes.length === 0 ? x : one(primitive, [x], { axes });
    return options?.keepDims ? withAxes(result, x, axes) : result;
  });
}

/** The sum over the given axes, by default all; 0 where there is nothing to add. i32 wraps around. */
export const sum: Reduction = /* @__PURE__ */ reduction("sum", {
  gradient: (g, [x], _, { axes }) => broadcastTo(withAxes(g, x!, axes), x!.shape),
});
