import { apply } from "../engine/apply.ts";
import { KERNEL_CONTRACT } from "../engine/contract.ts";
import { isFloat, sameShape, showType } from "../engine/dtype.ts";
import { check, show } from "../engine/errors.ts";
import type { Primitive } from "../interfaces/primitive.ts";
import type { Tensor, TensorType } from "../interfaces/tensor.ts";
import { zerosLike } from "./constant.ts";
import { matmul } from "./matmul.ts";
import { axesOf, reshape, transpose } from "./shape.ts";
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
  convolution("conv2dInputGradient", 0),
  convolution("conv2dFilterGradient", 1),
  convolution("conv2d", 2),
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
  const type = (inputs: readonly TensorType[], params: ConvParams): TensorType => {
    const own = params.inputShape ?? params.filterShape ?? [];
    const [x, filter, output] = inputs.map(({ shape }) => shape).toSpliced(role, 0, own) as Shape[];
    const { dtype } = inputs[0]!;
    const { groups } = params;
    check(
      isFloat(dtype) && dtype === inputs[1]!.dtype && x!.length === 4 && filter!.length === 4,
      () =>
        `${name}: takes f32 or f64, an input [batch, height, width, channels] and a filter [height, width, channels, ` +
        `filters], got ${inputs.map(showType).join(" and ")}; cast() or reshape() first`,
    );
    check(
      Number.isInteger(groups) && x![3] === filter![2] * groups && filter![3] % groups === 0,
      () =>
        `${name}: input ${show(x!)} and filter ${show(filter!)} do not match in ${groups} groups; the filter takes ` +
        `channels / groups = ${x![3] / groups}, and groups divide the number of filters`,
    );
    const shape = [x![0], ...windowLengths(name, x!, filter!, params), filter![3]];
    check(
      role === 2 || sameShape(output!, shape),
      () => `${name}: the output should be ${show(shape)}, got ${show(output!)}`,
    );
    return { shape: role === 2 ? shape : own, dtype };
  };
  return {
    name,
    contract: KERNEL_CONTRACT,
    type: (inputs, params) => [type(inputs, params)],
    gradient({ inputs, cotangents: [g], needed, params }) {
      const all = inputs.toSpliced(role, 0, g!);
      return others.map((other, i) => (needed[i] ? solve(other, all, params) : undefined));
    },
    batch({ inputs, batched, size, params }) {
      const singles = inputs.map(({ shape, dtype }, i) => ({
        shape: batched[i] ? shape.slice(1) : shape,
        dtype,
      }));
      const { shape } = type(singles, params);
      const shared = others[batched.indexOf(false)] ?? 3;
      const axes = foldings[shared]!;
      const at = axes[role]!;
      const apart = ([a, b, c, d]: readonly number[]): number[] => [
        a!,
        b!,
        c!,
        params.groups,
        d! / params.groups,
      ];
      const folded = (of: readonly number[], axis: number): number[] =>
        of.map((length, a) => (a === Math.min(axis, 3) ? length * size : length));
      const all: Shaped[] = inputs.map((x, i) => {
        if (!batched[i]) return x;
        const axis = axes[others[i]!]!;
        const split = reshape(x, [size, ...apart(singles[i]!.shape)]);
        return reshape(
          transpose(split, moved(axesOf(split), 0, axis)),
          folded(singles[i]!.shape, axis),
        );
      });
      const groups = params.groups * (shared === 3 ? size : 1);
      const y = solve(role, all.toSpliced(role, 0, { shape: folded(shape, at) }), {
        ...params,
        groups,
      });
      const split = reshape(y, moved([size, ...apart(shape)], 0, at));
      return [reshape(transpose(split, moved(axesOf(split), at, 0)), [size, ...shape])];
    },
    lower(inputs, params) {
      if (role === 2) return [convolve(inputs[0]!, inputs[1]!, params)];
      const all = inputs.toSpliced(role, 0, zerosLike(type(inputs, params)));
      return loweredGradient(primitives[2], all.slice(0, 2), params, role, all[2]!);
    },
  };
}

/** A list with one element in another place. */
function moved(list: readonly number[], from: number, to: number): number[] {
  return list.toSpliced(from, 1).toSpliced(to, 0, list[from]!);
}

/** The tensor of one role from the others; of its own entry, only the shape is read. */
function solve(role: number, all: readonly Shaped[], params: ConvParams): Tensor {
  const shapeOf = (own: number) => (role === own ? all[own]!.shape : undefined);
  const inputs = all.filter((_, other) => other !== role) as Tensor[];
  const shapes = { inputShape: shapeOf(0), filterShape: shapeOf(1) };
  return apply(primitives[role] as unknown as Primitive, inputs, { ...params, ...shapes })[0]!;
}

/** One product of matrices for each group: the cells under the window in a row, times the filter. */
function convolve(x: Tensor, filter: Tensor, params: ConvParams): Tensor {
  const [height, width, channels, filters] = filter.shape as Shape;
  const { groups } = params;
  const [seen, rows, columns] = patches("conv2d", x, filter.shape, params);
  const n = x.shape[0]!;
  const cells = height * width * channels;
  const split = reshape(seen, [n, rows, height, columns, width, groups, channels]);
  const a = reshape(transpose(split, [5, 0, 1, 3, 2, 4, 6]), [groups, n * rows * columns, cells]);
  const b = transpose(reshape(filter, [cells, groups, filters / groups]), [1, 0, 2]);
  return reshape(transpose(matmul(a, b), [1, 0, 2]), [n, rows, columns, filters]);
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
