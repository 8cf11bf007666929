import { apply } from "../engine/apply.ts";
import { KERNEL_CONTRACT } from "../engine/contract.ts";
import { isFloat, showType } from "../engine/dtype.ts";
import { check, show } from "../engine/errors.ts";
import { withBatch } from "../engine/vectorize.ts";
import type { BatchCall, Primitive } from "../interfaces/primitive.ts";
import type { Tensor, TensorType } from "../interfaces/tensor.ts";
import { div } from "./arithmetic.ts";
import { ones, zeros } from "./constant.ts";
import { max } from "./reduce.ts";
import { reshape } from "./shape.ts";
import { sum } from "./sum.ts";
import {
  loweredGradient,
  pair,
  patches,
  resolveWindow,
  windowLengths,
  type Pair,
  type WindowOptions,
  type WindowParams,
} from "./window.ts";

type PoolParams = WindowParams & {
  readonly window: Pair;
  /** Of gradients: the shape of the result. */
  readonly inputShape?: readonly number[] | undefined;
};

/** Cells in the padding count as the nearest one of the image, which is under the same window: they change nothing. */
const maxPool2dPrimitive = pooling("maxPool2d", true, (seen, x) => max(seen(x, true), [2, 4]));

const avgPool2dPrimitive = pooling("avgPool2d", false, (seen, x) => {
  const cells = ones([1, ...x.shape.slice(1, 3), 1], x.dtype);
  return div(sum(seen(x), [2, 4]), sum(seen(cells), [2, 4]));
});

/** A pooling whose gradient primitive takes the input, if it needs that, and the cotangent of the result. */
function pooling(
  name: string,
  needsInput: boolean,
  lower: (seen: (x: Tensor, nearest?: boolean) => Tensor, x: Tensor) => Tensor,
): Primitive<PoolParams> {
  const type = (x: TensorType, params: PoolParams): TensorType => {
    const { window, padding } = params;
    check(
      isFloat(x.dtype) && x.shape.length === 4,
      () =>
        `${name}: takes f32 or f64 [batch, height, width, channels], got ${showType(x)}; cast() or reshape() first`,
    );
    const lengths = windowLengths(name, x.shape, window, params);
    check(
      window.every((cells, axis) => x.shape[axis + 1]! > 0 && Math.max(...padding[axis]!) < cells),
      () =>
        `${name}: with padding ${JSON.stringify(padding)}, a window of ${show(window)} over ${showType(x)} can see ` +
        "nothing else; pad less than the window",
    );
    return { shape: [x.shape[0]!, ...lengths, x.shape[3]!], dtype: x.dtype };
  };
  const forward: Primitive<PoolParams> = {
    name,
    contract: KERNEL_CONTRACT,
    type: ([x], params) => [type(x!, params)],
    gradient: ({ inputs: [x], cotangents: [g], params }) =>
      apply(backward as unknown as Primitive, needsInput ? [x!, g!] : [g!], {
        ...params,
        inputShape: x!.shape,
      }),
    batch: (call) => foldBatch(forward, call),
    lower: ([x], params) => [
      lower((images, nearest) => patches(name, images, params.window, params, nearest)[0], x!),
    ],
  };
  const backward: Primitive<PoolParams> = {
    name: `${name}Gradient`,
    contract: KERNEL_CONTRACT,
    type(inputs, params) {
      const x = { shape: params.inputShape!, dtype: inputs[0]!.dtype };
      const expected = [x, type(x, params)]
        .slice(needsInput ? 0 : 1)
        .map(showType)
        .join(" and ");
      const given = inputs.map(showType).join(" and ");
      check(given === expected, () => `${name}Gradient: takes ${expected}, got ${given}`);
      return [x];
    },
    batch: (call) => foldBatch(backward, call),
    lower(inputs, params) {
      const g = inputs.at(-1)!;
      const x = needsInput ? inputs[0]! : zeros(params.inputShape!, g.dtype);
      return loweredGradient(forward, [x], params, 0, g);
    },
  };
  return forward;
}

function foldBatch(
  primitive: Primitive<PoolParams>,
  { inputs, batched, size, params }: BatchCall<PoolParams>,
): readonly Tensor[] {
  const fold = ([n, ...rest]: readonly number[]): number[] => [n! * size, ...rest];
  const all = inputs.map((input, i) => withBatch(input, batched[i], size));
  const folded = all.map((x) => reshape(x, fold(x.shape.slice(1))));
  const inputShape = params.inputShape && fold(params.inputShape);
  const [y] = apply(primitive as unknown as Primitive, folded, { ...params, inputShape });
  return [reshape(y!, [size, all[0]!.shape[1]!, ...y!.shape.slice(1)])];
}

/** What pooling looks at: see `WindowOptions`. The window moves by its own size unless `strides` says otherwise. */
export interface PoolOptions extends Omit<WindowOptions, "dilation"> {
  /** Height and width of the window; one number stands for both. */
  readonly window: number | Pair;
}

function pool(primitive: Primitive<PoolParams>, x: Tensor, options: PoolOptions): Tensor {
  const window = pair(options.window);
  const params = { window, ...resolveWindow(x, window, { strides: window, ...options }) };
  return apply(primitive as unknown as Primitive, [x], params)[0]!;
}

/**
 * The largest cell under a window that moves over images [batch, height, width, channels]. NaN where one is NaN; of
 * equal cells, the first gets the gradient; the padding never wins.
 */
export function maxPool2d(x: Tensor, options: PoolOptions): Tensor {
  return pool(maxPool2dPrimitive, x, options);
}

/** The mean of the cells under a window that moves over images [batch, height, width, channels], without the padding. */
export function avgPool2d(x: Tensor, options: PoolOptions): Tensor {
  return pool(avgPool2dPrimitive, x, options);
}
