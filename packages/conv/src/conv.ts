import {
  apply,
  type BatchCall,
  check,
  checkDtype,
  definePrimitive,
  matmul,
  moveAxes,
  type Primitive,
  reshape,
  sameShape,
  type Tensor,
  transpose,
  zeros,
} from "@nn/core";
import {
  patches,
  pullBack,
  resolveWindow,
  windowLengths,
  type WindowOptions,
  type WindowParams,
} from "./window.ts";

/** Params of the three primitives of convolution. */
export type ConvParams = Required<WindowParams> & {
  /** Parts of equal size that channels and filters are divided into. */
  readonly groups: number;
  /** Of the two gradients: the shape of the result, that of the input or of the filter. */
  readonly shape?: readonly number[] | undefined;
};

type Shape = readonly [number, number, number, number];
type Shaped = { readonly shape: readonly number[] };

/**
 * Input, filter and output of a convolution (roles 0, 1 and 2) are bound by one form that is linear in each. A primitive
 * computes the cotangent of one role from the other two, given in this order; what `conv2d` computes is the output. So
 * the gradients of each primitive are the two others, to any order. The list is for `testPrimitive` and backends that
 * have kernels for them.
 */
export const convPrimitives: readonly Primitive<ConvParams>[] = [
  /* @__PURE__ */ convolution("conv2dInputGradient", 0),
  /* @__PURE__ */ convolution("conv2dFilterGradient", 1),
  /* @__PURE__ */ convolution("conv2d", 2),
];

/**
 * Where the batch goes in each role when one of them is shared by all examples, or none (last): before which axis of
 * [batch, height, width, groups, channels], for the filter of [height, width, channels, groups, filters].
 */
const foldings = [
  [4, 4, 4],
  [0, 0, 0],
  [4, 2, 4],
  [3, 3, 3],
];

function convolution(name: string, role: number): Primitive<ConvParams> {
  const others = [0, 1, 2].filter((other) => other !== role);
  return definePrimitive<ConvParams>({
    name: `@nn/conv#${name}`,
    contract: 1,
    type(inputs, params) {
      checkDtype(name, "float", inputs);
      return [{ shape: shapeOf(name, role, inputs, params), dtype: inputs[0]!.dtype }];
    },
    gradient: ({ inputs, cotangents: [cotangent], needed, params }) =>
      others.map((other, i) =>
        needed[i] ? solve(other, inputs.toSpliced(role, 0, cotangent!), params) : undefined,
      ),
    batch: (call) => [foldBatch(name, role, others, call)],
    lower([first, second], params) {
      const output = (x: Tensor): Tensor =>
        role > 0 ? convolve(first!, x, params) : convolve(x, first!, params);
      if (role === 2) return [output(second!)];
      // The convolution is linear in each operand: its slope is the same everywhere.
      return [pullBack(output, zeros(params.shape!, first!.dtype), second!)];
    },
  });
}

/** Checks the operands of the primitive for a role, and gives the shape of its result. */
function shapeOf(
  name: string,
  role: number,
  inputs: readonly Shaped[],
  params: ConvParams,
): readonly number[] {
  const { groups, shape: own = [] } = params;
  const shapes = inputs.map(({ shape }) => shape).toSpliced(role, 0, own);
  const [x, filter, output] = shapes as [Shape, Shape, Shape];
  check(
    x.length === 4 &&
      filter.length === 4 &&
      Number.isInteger(groups) &&
      x[3] === filter[2] * groups &&
      filter[3] % groups === 0,
    () =>
      `${name}: expected an input [batch, height, width, channels] and a filter [height, width, channels / ${groups}, ` +
      `filters in ${groups} groups], got [${x.join(", ")}] and [${filter.join(", ")}]`,
  );
  const shape = [x[0], ...windowLengths(name, x, filter, params), filter[3]];
  if (role === 2) return shape;
  check(
    sameShape(output, shape),
    () => `${name}: expected an output [${shape.join(", ")}], got [${output.join(", ")}]`,
  );
  return own;
}

/** The tensor of one role from the others; of its own entry, only the shape is read. */
function solve(role: number, all: readonly Shaped[], params: ConvParams): Tensor {
  const operands = all.toSpliced(role, 1) as Tensor[];
  const shape = role === 2 ? undefined : all[role]!.shape;
  return apply(convPrimitives[role]!, operands, { ...params, shape })[0]!;
}

/** One product of matrices for each group: the cells under the window in a row, times the filter. */
function convolve(x: Tensor, filter: Tensor, params: ConvParams): Tensor {
  const [height, width, channels, filters] = filter.shape as Shape;
  const { groups } = params;
  const seen = patches(x, filter.shape, params);
  const [n, rows, , columns] = seen.shape as Shape;
  const cells = height * width * channels;
  const split = reshape(seen, [n, rows, height, columns, width, groups, channels]);
  const a = reshape(transpose(split, [5, 0, 1, 3, 2, 4, 6]), [groups, n * rows * columns, cells]);
  const b = moveAxes(reshape(filter, [cells, groups, filters / groups]), 1, 0);
  return reshape(moveAxes(matmul(a, b), 0, 1), [n, rows, columns, filters]);
}

/** A batch of convolutions as one: the batch becomes more images, more filters, or more groups. */
function foldBatch(
  name: string,
  role: number,
  others: readonly number[],
  { inputs, batched, size, params }: BatchCall<ConvParams>,
): Tensor {
  const singles = inputs.map(({ shape }, i) => ({ shape: batched[i] ? shape.slice(1) : shape }));
  const shape = shapeOf(name, role, singles, params);
  if (size === 0) return zeros([0, ...shape], inputs[0]!.dtype);
  const shared = others[batched.indexOf(false)] ?? 3;
  const axes = foldings[shared]!;
  const at = axes[role]!;
  const apart = (of: readonly number[]): number[] =>
    of.toSpliced(3, 1, params.groups, of[3]! / params.groups);
  const folded = (of: readonly number[], axis: number): number[] => {
    const last = Math.min(axis, 3);
    return of.with(last, of[last]! * size);
  };
  const all: Shaped[] = inputs.map((x, i) => {
    if (!batched[i]) return x;
    const axis = axes[others[i]!]!;
    const single = singles[i]!.shape;
    const split = reshape(x, [size, ...apart(single)]);
    return reshape(moveAxes(split, 0, axis), folded(single, axis));
  });
  const groups = params.groups * (shared === 3 ? size : 1);
  const own = { shape: folded(shape, at) };
  const y = solve(role, all.toSpliced(role, 0, own), { ...params, groups });
  const split = reshape(y, apart(shape).toSpliced(at, 0, size));
  return reshape(moveAxes(split, at, 0), [size, ...shape]);
}

/** How a convolution treats its input: see `WindowOptions`; channels and filters may be divided into groups. */
export interface ConvOptions extends WindowOptions {
  /** Parts of equal size that channels and filters are divided into; each filter sees its part only. Default 1. */
  readonly groups?: number;
}

/**
 * The convolution (without flipping the filter, as is the custom) of images [batch, height, width, channels] with a
 * filter [height, width, channels / groups, filters]; the result is [batch, rows, columns, filters].
 *
 * ```ts
 * conv2d(images, filter, { strides: 2, padding: "same" }); // [32, 28, 28, 1] × [3, 3, 1, 8] → [32, 14, 14, 8]
 * ```
 */
export function conv2d(x: Tensor, filter: Tensor, options: ConvOptions = {}): Tensor {
  const params = { ...resolveWindow(x, filter.shape, options), groups: options.groups ?? 1 };
  return solve(2, [x, filter], params);
}
