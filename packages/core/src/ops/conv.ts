import { sameShape } from "../engine/dtype.ts";
import { check, show } from "../engine/errors.ts";
import type { Primitive } from "../interfaces/primitive.ts";
import type { Tensor } from "../interfaces/tensor.ts";
import { zerosLike } from "./constant.ts";
import { define, one } from "./define.ts";
import { matmul } from "./matmul.ts";
import { checkDtype } from "./operands.ts";
import { moveAxes, reshape, transpose } from "./shape.ts";
import {
  loweredGradient,
  patches,
  resolveWindow,
  windowLengths,
  type WindowOptions,
  type WindowParams,
} from "./window.ts";

type ConvParams = WindowParams & {
  readonly groups: number;
  /** Of `conv2dInputGradient`: the shape of the result. */
  readonly inputShape?: readonly number[] | undefined;
  /** Of `conv2dFilterGradient`: the shape of the result. */
  readonly filterShape?: readonly number[] | undefined;
};

type Shape = readonly [number, number, number, number];
type Shaped = { readonly shape: readonly number[] };

/**
 * Input, filter and output of a convolution (roles 0, 1 and 2) are bound by one form that is linear in each. A primitive
 * computes the cotangent of one role from the other two, given in this order; what `conv2d` computes is the output. So
 * the gradients of each primitive are the two others, to any order.
 */
const primitives: readonly Primitive<ConvParams>[] = [
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
  const shapeOf = (inputs: readonly Shaped[], params: ConvParams): readonly number[] => {
    const own = params.inputShape ?? params.filterShape ?? [];
    const [x, filter, output] = inputs.map(({ shape }) => shape).toSpliced(role, 0, own) as Shape[];
    const { groups } = params;
    check(
      x!.length === 4 &&
        filter!.length === 4 &&
        Number.isInteger(groups) &&
        x![3] === filter![2] * groups &&
        filter![3] % groups === 0,
      () =>
        `${name}: expected an input [batch, height, width, channels] and a filter [height, width, channels / ${groups}, ` +
        `filters in ${groups} groups], got ${show(x!)} and ${show(filter!)}`,
    );
    const shape = [x![0], ...windowLengths(name, x!, filter!, params), filter![3]];
    if (role === 2) return shape;
    check(
      sameShape(output!, shape),
      () => `${name}: expected an output ${show(shape)}, got ${show(output!)}`,
    );
    return own;
  };
  return define<ConvParams>(name, {
    type(inputs, params) {
      checkDtype(name, "float", inputs);
      return { shape: shapeOf(inputs, params) };
    },
    gradient: (g, inputs, _, params, i) => solve(others[i]!, inputs.toSpliced(role, 0, g), params),
    batch({ inputs, batched, size, params }) {
      const singles = inputs.map(({ shape }, i) => ({
        shape: batched[i] ? shape.slice(1) : shape,
      }));
      const shape = shapeOf(singles, params);
      const shared = others[batched.indexOf(false)] ?? 3;
      const axes = foldings[shared]!;
      const at = axes[role]!;
      const apart = (of: readonly number[]): number[] => [
        ...of.slice(0, 3),
        params.groups,
        of[3]! / params.groups,
      ];
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
    },
    lower(inputs, params) {
      if (role === 2) return convolve(inputs[0]!, inputs[1]!, params);
      const own = zerosLike({ shape: shapeOf(inputs, params), dtype: inputs[0]!.dtype });
      const all = inputs.toSpliced(role, 0, own);
      return loweredGradient(primitives[2]!, all.slice(0, 2), params, role, all[2]!);
    },
  });
}

/** The tensor of one role from the others; of its own entry, only the shape is read. */
function solve(role: number, all: readonly Shaped[], params: ConvParams): Tensor {
  const { shape } = all[role] ?? {};
  return one(primitives[role]!, all.toSpliced(role, 1) as Tensor[], {
    ...params,
    inputShape: role === 0 ? shape : undefined,
    filterShape: role === 1 ? shape : undefined,
  });
}

/** One product of matrices for each group: the cells under the window in a row, times the filter. */
function convolve(x: Tensor, filter: Tensor, params: ConvParams): Tensor {
  const [height, width, channels, filters] = filter.shape as Shape;
  const { groups } = params;
  const seen = patches("conv2d", x, filter.shape, params);
  const [n, rows, , columns] = seen.shape as Shape;
  const cells = height * width * channels;
  const split = reshape(seen, [n, rows, height, columns, width, groups, channels]);
  const a = reshape(transpose(split, [5, 0, 1, 3, 2, 4, 6]), [groups, n * rows * columns, cells]);
  const b = moveAxes(reshape(filter, [cells, groups, filters / groups]), 1, 0);
  return reshape(moveAxes(matmul(a, b), 0, 1), [n, rows, columns, filters]);
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
