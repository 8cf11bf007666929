import {
  apply,
  type BatchCall,
  broadcastTo,
  checkDtype,
  checkOperands,
  definePrimitive,
  div,
  max,
  ones,
  type Primitive,
  reshape,
  sameType,
  showType,
  sum,
  type Tensor,
  type TensorType,
  zeros,
} from "@nn/core";
import {
  type Pair,
  pair,
  patches,
  pullBack,
  resolveWindow,
  windowLengths,
  type WindowOptions,
  type WindowParams,
} from "./window.ts";

/** Params of poolings and their gradients. */
export type PoolParams = Omit<WindowParams, "dilation"> & {
  /** Height and width of the window. */
  readonly window: Pair;
  /** Of gradients: the shape of the result, that of the input. */
  readonly shape?: readonly number[] | undefined;
};

/** A pooling and its gradient. */
type Pooling = readonly [Primitive<PoolParams>, Primitive<PoolParams>];

/** Cells in the padding count as the nearest one of the image, which is under the same window: they change nothing. */
const maxPooling: Pooling = /* @__PURE__ */ pooling("maxPool2d", true, (seen, x) =>
  max(seen(x, true), [2, 4]),
);

const avgPooling: Pooling = /* @__PURE__ */ pooling("avgPool2d", false, (seen, x) => {
  const cells = ones([1, ...x.shape.slice(1, 3), 1], x.dtype);
  return div(sum(seen(x), [2, 4]), sum(seen(cells), [2, 4]));
});

/** The poolings and their gradients, for `testPrimitive` and backends that have kernels for them. */
export const poolPrimitives: readonly Primitive<PoolParams>[] = [...maxPooling, ...avgPooling];

/** A pooling whose gradient takes the cotangent of the result and, before it if it needs that, the input. */
function pooling(
  name: string,
  needsInput: boolean,
  lower: (seen: (x: Tensor, nearest?: boolean) => Tensor, x: Tensor) => Tensor,
): Pooling {
  const pooled = (x: TensorType, params: PoolParams): TensorType => {
    const { window, padding } = params;
    checkDtype(name, "float", [x]);
    checkOperands(name, [x], x.shape.length === 4, () => "[batch, height, width, channels]");
    const lengths = windowLengths(name, x.shape, window, params);
    checkOperands(
      name,
      [x],
      window.every((cells, axis) => x.shape[axis + 1]! > 0 && Math.max(...padding[axis]!) < cells),
      () =>
        `cells under every window [${window.join(", ")}] (pad less than ${JSON.stringify(padding)})`,
    );
    return { shape: [x.shape[0]!, ...lengths, x.shape[3]!], dtype: x.dtype };
  };
  const run = (images: Tensor, params: PoolParams): Tensor =>
    lower((x, nearest) => patches(x, params.window, params, nearest), images);
  const forward: Primitive<PoolParams> = definePrimitive({
    name: `@nn/conv#${name}`,
    contract: 1,
    type: ([x], params) => [pooled(x!, params)],
    gradient: ({ inputs: [x], cotangents: [g], params }) =>
      apply(backward, needsInput ? [x!, g!] : [g!], { ...params, shape: x!.shape }),
    batch: (call) => foldBatch(forward, call),
    lower: ([x], params) => [run(x!, params)],
  });
  const backward: Primitive<PoolParams> = definePrimitive({
    name: `@nn/conv#${name}Gradient`,
    contract: 1,
    type(inputs, params) {
      const x = { shape: params.shape!, dtype: inputs[0]!.dtype };
      const types = [x, pooled(x, params)].slice(needsInput ? 0 : 1);
      checkOperands(
        `${name}Gradient`,
        inputs,
        types.every((type, i) => sameType(type, inputs[i]!)),
        () => types.map(showType).join(" and "),
      );
      return [x];
    },
    batch: (call) => foldBatch(backward, call),
    lower(inputs, params) {
      const g = inputs.at(-1)!;
      const x = needsInput ? inputs[0]! : zeros(params.shape!, g.dtype);
      return [pullBack((images) => run(images, params), x, g)];
    },
  });
  return [forward, backward];
}

/** Pools a batch of batches of images as one. */
function foldBatch(
  primitive: Primitive<PoolParams>,
  { inputs, batched, size, params }: BatchCall<PoolParams>,
): readonly Tensor[] {
  const images = inputs[0]!.shape[batched[0] ? 1 : 0]!;
  const all = inputs.map((input, i) => {
    const rest = input.shape.slice(batched[i] ? 2 : 1);
    return reshape(broadcastTo(input, [size, images, ...rest]), [size * images, ...rest]);
  });
  const shape = params.shape?.with(0, size * images);
  return apply(primitive, all, { ...params, shape }).map((y) =>
    reshape(y, [size, images, ...y.shape.slice(1)]),
  );
}

/** What pooling looks at: see `WindowOptions`. The window moves by its own size unless `strides` says otherwise. */
export interface PoolOptions extends Omit<WindowOptions, "dilation"> {
  /** Height and width of the window; one number stands for both. */
  readonly window: number | Pair;
}

function pool([forward]: Pooling, x: Tensor, options: PoolOptions): Tensor {
  const window = pair(options.window);
  const { strides = window } = options;
  const { padding } = resolveWindow(x, window, { ...options, strides });
  return apply(forward, [x], { window, strides: pair(strides), padding })[0]!;
}

/**
 * The largest cell under a window that moves over images [batch, height, width, channels]. NaN where one is NaN; of
 * equal cells, the first gets the gradient; the padding never wins.
 *
 * ```ts
 * maxPool2d(images, { window: 2 }); // [32, 28, 28, 8] → [32, 14, 14, 8]
 * ```
 */
export function maxPool2d(x: Tensor, options: PoolOptions): Tensor {
  return pool(maxPooling, x, options);
}

/**
 * The mean of the cells under a window that moves over images [batch, height, width, channels], without the padding.
 *
 * ```ts
 * avgPool2d(images, { window: 3, strides: 2, padding: "same" }); // [32, 28, 28, 8] → [32, 14, 14, 8]
 * ```
 */
export function avgPool2d(x: Tensor, options: PoolOptions): Tensor {
  return pool(avgPooling, x, options);
}
