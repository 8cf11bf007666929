import { sameType, showType } from "../engine/dtype.ts";
import { show } from "../engine/errors.ts";
import { withBatch } from "../engine/vectorize.ts";
import type { BatchCall, Primitive } from "../interfaces/primitive.ts";
import type { Tensor, TensorType } from "../interfaces/tensor.ts";
import { div } from "./arithmetic.ts";
import { ones, zeros } from "./constant.ts";
import { define, one } from "./define.ts";
import { checkDtype, checkOperands } from "./operands.ts";
import { max } from "./reduce.ts";
import { joinLeading, reshape } from "./shape.ts";
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
const maxPool2dPrimitive = /* @__PURE__ */ pooling("maxPool2d", true, (seen, x) =>
  max(seen(x, true), [2, 4]),
);

const avgPool2dPrimitive = /* @__PURE__ */ pooling("avgPool2d", false, (seen, x) => {
  const cells = ones([1, ...x.shape.slice(1, 3), 1], x.dtype);
  return div(sum(seen(x), [2, 4]), sum(seen(cells), [2, 4]));
});

/** A pooling whose gradient primitive takes the cotangent of the result and, if it needs that, the input. */
function pooling(
  name: string,
  needsInput: boolean,
  lower: (seen: (x: Tensor, nearest?: boolean) => Tensor, x: Tensor) => Tensor,
): Primitive<PoolParams> {
  const pooled = (x: TensorType, params: PoolParams): TensorType => {
    const { window, padding } = params;
    checkDtype(name, "float", [x]);
    checkOperands(name, [x], x.shape.length === 4, () => "[batch, height, width, channels]");
    const lengths = windowLengths(name, x.shape, window, params);
    checkOperands(
      name,
      [x],
      window.every((cells, axis) => x.shape[axis + 1]! > 0 && Math.max(...padding[axis]!) < cells),
      () => `cells under every window ${show(window)} (pad less than ${JSON.stringify(padding)})`,
    );
    return { shape: [x.shape[0]!, ...lengths, x.shape[3]!], dtype: x.dtype };
  };
  const forward: Primitive<PoolParams> = define(name, {
    type: ([x], params) => pooled(x!, params),
    gradient: (g, [x], _, params) =>
      one(backward, needsInput ? [x!, g] : [g], { ...params, inputShape: x!.shape }),
    batch: (call) => foldBatch(forward, call),
    lower: ([x], params) =>
      lower((images, nearest) => patches(name, images, params.window, params, nearest), x!),
  });
  const backward: Primitive<PoolParams> = define(`${name}Gradient`, {
    type(inputs, params) {
      const x = { shape: params.inputShape!, dtype: inputs[0]!.dtype };
      const types = [x, pooled(x, params)].slice(needsInput ? 0 : 1);
      checkOperands(
        `${name}Gradient`,
        inputs,
        types.every((type, i) => sameType(type, inputs[i]!)),
        () => types.map(showType).join(" and "),
      );
      return x;
    },
    batch: (call) => foldBatch(backward, call),
    lower(inputs, params) {
      const g = inputs.at(-1)!;
      const x = needsInput ? inputs[0]! : zeros(params.inputShape!, g.dtype);
      return loweredGradient(forward, [x], params, 0, g);
    },
  });
  return forward;
}

/** Pools a batch of batches of images as one. */
function foldBatch(
  primitive: Primitive<PoolParams>,
  { inputs, batched, size, params }: BatchCall<PoolParams>,
): Tensor {
  const all = inputs.map((input, i) => withBatch(input, batched[i], size));
  const images = all[0]!.shape[1]!;
  const inputShape = params.inputShape?.with(0, size * images);
  const y = one(primitive, all.map(joinLeading), { ...params, inputShape });
  return reshape(y, y.shape.toSpliced(0, 1, size, images));
}

/** What pooling looks at: see `WindowOptions`. The window moves by its own size unless `strides` says otherwise. */
export interface PoolOptions extends Omit<WindowOptions, "dilation"> {
  /** Height and width of the window; one number stands for both. */
  readonly window: number | Pair;
}

function pool(primitive: Primitive<PoolParams>, x: Tensor, options: PoolOptions): Tensor {
  const window = pair(options.window);
  const params = { window, ...resolveWindow(x, window, { strides: window, ...options }) };
  return one(primitive, [x], params);
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
