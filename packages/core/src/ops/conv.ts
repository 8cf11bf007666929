import { apply } from "../engine/apply.ts";
import { KERNEL_CONTRACT } from "../engine/contract.ts";
import { isFloat, sameShape, showType } from "../engine/dtype.ts";
import { check, show } from "../engine/errors.ts";
import type { BatchCall, Params, Primitive } from "../interfaces/primitive.ts";
import type { Tensor, TensorType } from "../interfaces/tensor.ts";
import { zeros } from "./constant.ts";
import { matmul } from "./matmul.ts";
import { reshape, transpose } from "./shape.ts";
import {
  loweredGradient,
  patches,
  resolveWindow,
  windowCells,
  windowLengths,
  type WindowOptions,
  type WindowParams,
} from "./window.ts";

type ConvParams = WindowParams & {
  readonly groups: number;
  /** The shape of the result of `conv2dInputGradient`. */
  readonly inputShape?: readonly number[];
  /** The shape of the result of `conv2dFilterGradient`. */
  readonly filterShape?: readonly number[];
};

/**
 * Input, filter and output of a convolution are bound by one form that is linear in each. A primitive computes the
 * cotangent of one of the three, its role, from the other two, given in this order; the output is the cotangent of
 * itself. So every gradient of a primitive is one of the others, to any order.
 */
const roles = [0, 1, 2] as const;
type Role = (typeof roles)[number];

const shapeNames = ["inputShape", "filterShape", ""] as const;

const primitives: readonly Primitive<ConvParams>[] = [
  convolution("conv2dInputGradient", 0),
  convolution("conv2dFilterGradient", 1),
  convolution("conv2d", 2),
];

/**
 * Where the batch goes when all roles but one have it (or all, last): before which axis of [batch, height, width, groups,
 * channels], or of [height, width, channels, groups, filters] for the filter.
 */
const foldings = [
  [-1, 4, 4],
  [0, -1, 0],
  [4, 2, -1],
  [3, 3, 3],
];

function convolution(name: string, role: Role): Primitive<ConvParams> {
  const given = roles.filter((other) => other !== role);
  const type = (inputs: readonly TensorType[], params: ConvParams): TensorType => {
    const shapes = inputs.map((input) => input.shape);
    shapes.splice(role, 0, params.inputShape ?? params.filterShape ?? []);
    const [x, filter, output] = shapes as [number[], number[], number[]];
    const { dtype } = inputs[0]!;
    check(
      isFloat(dtype) && dtype === inputs[1]!.dtype,
      () =>
        `${name}: takes two f32 or two f64, got ${inputs.map(showType).join(" and ")}; cast() first`,
    );
    check(
      x.length === 4 && filter.length === 4,
      () =>
        `${name}: expected an input [batch, height, width, channels] and a filter [height, width, channels, filters], ` +
        `got ${show(x)} and ${show(filter)}; reshape() first`,
    );
    const { groups } = params;
    check(
      groups % 1 === 0 && groups > 0 && x[3] === filter[2]! * groups && filter[3]! % groups === 0,
      () =>
        `${name}: input ${show(x)} and filter ${show(filter)} do not match in ${groups} groups; the filter takes ` +
        `channels / groups = ${x[3]! / groups} channels, and groups divide the number of filters`,
    );
    const shape = [x[0]!, ...windowLengths(name, x, filter, params), filter[3]!];
    check(
      role === 2 || sameShape(output, shape),
      () => `${name}: the output should be ${show(shape)}, got ${show(output)}`,
    );
    return { shape: role === 2 ? shape : shapes[role]!, dtype };
  };
  return {
    name,
    contract: KERNEL_CONTRACT,
    type: (inputs, params) => [type(inputs, params)],
    gradient({ inputs, cotangents, needed, params }) {
      const all = [...inputs];
      all.splice(role, 0, cotangents[0]!);
      return given.map((other, i) => (needed[i] ? solve(other, all, params) : undefined));
    },
    batch({ inputs, batched, size, params }: BatchCall<ConvParams>) {
      const singles = inputs.map(({ shape, dtype }, i) => ({
        shape: batched[i] ? shape.slice(1) : shape,
        dtype,
      }));
      const { shape } = type(singles, params);
      const shared = given[batched.indexOf(false)] ?? 3;
      const at = foldings[shared]!;
      const folded = (of: readonly number[], axis: number): number[] =>
        of.map((length, a) => (a === Math.min(axis, 3) ? length * size : length));
      const split = ([a, b, c, d]: readonly number[]): number[] => [
        a!,
        b!,
        c!,
        params.groups,
        d! / params.groups,
      ];
      const all = inputs.map((x, i) => {
        const axis = at[given[i]!]!;
        if (!batched[i]) return x;
        const apart = reshape(x, [size, ...split(singles[i]!.shape)]);
        return reshape(
          transpose(apart, moved([0, 1, 2, 3, 4, 5], 0, axis)),
          folded(singles[i]!.shape, axis),
        );
      });
      all.splice(role, 0, { shape: folded(shape, at[role]!) } as unknown as Tensor);
      const groups = params.groups * (shared === 3 ? size : 1);
      const result = solve(role, all, { ...params, groups });
      const apart = reshape(result, moved([size, ...split(shape)], 0, at[role]!));
      return [reshape(transpose(apart, moved([0, 1, 2, 3, 4, 5], at[role]!, 0)), [size, ...shape])];
    },
    lower(inputs, params) {
      if (role === 2) return [convolve(inputs[0]!, inputs[1]!, params)];
      const all = [...inputs];
      const { shape, dtype } = type(inputs, params);
      all.splice(role, 0, zeros(shape, dtype));
      return loweredGradient(primitives[2]!, all.slice(0, 2), params, role, all[2]!);
    },
  };
}

function moved(list: readonly number[], from: number, to: number): number[] {
  const rest = list.toSpliced(from, 1);
  return rest.toSpliced(to, 0, list[from]!);
}

/** The tensor of one role from the others; of its own entry, only the shape is read. */
function solve(
  role: Role,
  all: readonly Tensor[],
  { strides, padding, dilation, groups }: ConvParams,
): Tensor {
  const params = {
    strides,
    padding,
    dilation,
    groups,
    ...(role < 2 && { [shapeNames[role]]: all[role]!.shape }),
  };
  const inputs = all.filter((_, other) => other !== role && other < 3);
  return apply(primitives[role] as unknown as Primitive, inputs, params as Params)[0]!;
}

/** One product of matrices for each group: the cells under the window in a row, times the filter. */
function convolve(x: Tensor, filter: Tensor, params: ConvParams): Tensor {
  const [height, width, channels, filters] = filter.shape as [number, number, number, number];
  const { groups } = params;
  const [rows, columns] = windowLengths("conv2d", x.shape, filter.shape, params) as [
    number,
    number,
  ];
  const seen = patches(
    x,
    windowCells(0, rows, height, params),
    windowCells(1, columns, width, params),
  );
  const n = x.shape[0]!;
  const apart = reshape(seen, [n, rows, height, columns, width, groups, channels]);
  const a = reshape(transpose(apart, [5, 0, 1, 3, 2, 4, 6]), [
    groups,
    n * rows * columns,
    height * width * channels,
  ]);
  const b = reshape(filter, [height * width * channels, groups, filters / groups]);
  const y = transpose(matmul(a, transpose(b, [1, 0, 2])), [1, 0, 2]);
  return reshape(y, [n, rows, columns, filters]);
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
