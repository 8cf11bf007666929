import { convPrimitives, poolPrimitives, type ConvParams, type PoolParams } from "@nn/conv";
import type { Params, Primitive } from "@nn/core";
import { operand, testPrimitive } from "@nn/testing";
import { wasm } from "../src/index.ts";

const backend = (): ReturnType<typeof wasm> => wasm({ threads: 1 });

type Random = () => number;
type Pair = readonly [number, number];

const whole = (random: Random, from: number, to: number): number =>
  from + Math.floor(random() * (to - from + 1));
const pairOf = (random: Random, from: number, to: number): Pair => [
  whole(random, from, to),
  whole(random, from, to),
];
/** Different numbers, so that no two cells under a window are equal. */
const values = (random: Random, shape: readonly number[]): ReturnType<typeof operand> => {
  const size = shape.reduce((product, length) => product * length, 1);
  return operand(
    "f64",
    shape,
    Float64Array.from({ length: size }, () => random() * 4 - 2),
  );
};

interface Window {
  readonly images: readonly number[];
  readonly window: Pair;
  readonly params: Omit<ConvParams, "groups">;
  readonly output: Pair;
}

/** Images and a window that fits into them, with padding that leaves each window a cell. */
function someWindow(random: Random, mayDilate: boolean): Window {
  const window = pairOf(random, 1, 3);
  const strides = pairOf(random, 1, 3);
  const dilation: Pair = mayDilate ? pairOf(random, 1, 2) : [1, 1];
  const around = (axis: 0 | 1): Pair => [
    whole(random, 0, window[axis] - 1),
    whole(random, 0, window[axis] - 1),
  ];
  const padding: readonly [Pair, Pair] = [around(0), around(1)];
  const extent = (axis: 0 | 1): number => (window[axis] - 1) * dilation[axis] + 1;
  const length = (axis: 0 | 1): number => extent(axis) + whole(random, 0, 3);
  const images = [whole(random, 1, 2), length(0), length(1), whole(random, 1, 5)];
  const positions = (axis: 0 | 1): number =>
    Math.floor(
      (images[axis + 1]! + padding[axis][0] + padding[axis][1] - extent(axis)) / strides[axis],
    ) + 1;
  return {
    images,
    window,
    params: { strides, padding, dilation },
    output: [positions(0), positions(1)],
  };
}

convPrimitives.forEach((primitive, role) => {
  testPrimitive<Params>({
    primitive: primitive as unknown as Primitive<Params>,
    backend,
    exactness: "sum",
    differentiable: 1,
    generate(random) {
      const { images, window, params, output } = someWindow(random, true);
      const groups = random() < 0.2 ? 2 : 1;
      const channels = images[3]! * groups;
      const filters = whole(random, 1, 5) * groups;
      const shapes = [
        [...images.slice(0, 3), channels],
        [...window, channels / groups, filters],
        [images[0]!, ...output, filters],
      ];
      const shape = role === 2 ? undefined : shapes[role];
      return {
        inputs: shapes.toSpliced(role, 1).map((own) => values(random, own)),
        params: { ...params, groups, shape } as unknown as Params,
      };
    },
  });
});

for (const primitive of poolPrimitives)
  testPrimitive<Params>({
    primitive: primitive as unknown as Primitive<Params>,
    backend,
    exactness: "sum",
    differentiable: 1,
    generate(random) {
      const { images, window, params, output } = someWindow(random, false);
      const { dilation: _, ...rest } = params;
      const isGradient = primitive.name.endsWith("Gradient");
      const own: PoolParams = {
        ...rest,
        window,
        ...(isGradient && { shape: images }),
      } as PoolParams;
      const result = [images[0]!, ...output, images[3]!];
      const shapes = !isGradient
        ? [images]
        : primitive.name.includes("max")
          ? [images, result]
          : [result];
      return {
        inputs: shapes.map((shape) => values(random, shape)),
        params: own as unknown as Params,
      };
    },
  });
