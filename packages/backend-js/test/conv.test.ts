import {
  conv2d,
  gradient,
  jit,
  mul,
  sum,
  type ConvOptions,
  type Tensor,
  type TypedArray,
} from "@nn/core";
import { expect, test } from "vitest";
import { js } from "../src/index.ts";
import { quarters } from "./numbers.ts";

const backend = js();

type Pair = readonly [number, number];
type Window = { strides: Pair; dilation: Pair; padding: readonly [Pair, Pair]; groups: number };

/** Visits every pair of an element of the input and one of the filter that meet, and the output that they add to. */
function eachMeeting(
  x: readonly number[],
  filter: readonly number[],
  y: readonly number[],
  { strides, dilation, padding, groups }: Window,
  visit: (input: number, weight: number, output: number) => void,
): void {
  const [images, height, width, channels] = x as [number, number, number, number];
  const [rows, columns, depth, filters] = filter as [number, number, number, number];
  for (let n = 0; n < images; n++)
    for (let r = 0; r < y[1]!; r++)
      for (let c = 0; c < y[2]!; c++)
        for (let f = 0; f < filters; f++)
          for (let fr = 0; fr < rows; fr++)
            for (let fc = 0; fc < columns; fc++)
              for (let d = 0; d < depth; d++) {
                const row = r * strides[0] - padding[0][0] + fr * dilation[0];
                const column = c * strides[1] - padding[1][0] + fc * dilation[1];
                if (row < 0 || row >= height || column < 0 || column >= width) continue;
                const channel = Math.floor(f / (filters / groups)) * depth + d;
                visit(
                  ((n * height + row) * width + column) * channels + channel,
                  ((fr * columns + fc) * depth + d) * filters + f,
                  ((n * y[1]! + r) * y[2]! + c) * filters + f,
                );
              }
}

function check(shape: readonly number[], filterShape: readonly number[], window: Window): void {
  const x = quarters(backend, shape, 1);
  const filter = quarters(backend, filterShape, 2);
  const convolve = (a: Tensor, b: Tensor): Tensor => conv2d(a, b, window as ConvOptions);
  const y = convolve(x, filter);
  const g = quarters(backend, y.shape, 3);
  const back = jit(gradient(([a, b]: readonly [Tensor, Tensor]) => sum(mul(convolve(a, b), g))));
  const found = [y, ...back([x, filter])].map((t) => t.readSync());
  const expected = found.map((data) => new Float64Array(data.length)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const [a, b, c] = [x, filter, g].map((t) => t.readSync()) as [TypedArray, TypedArray, TypedArray];
  eachMeeting(shape, filterShape, y.shape, window, (input, weight, output) => {
    expected[0][output]! += a[input]! * b[weight]!;
    expected[1][input]! += c[output]! * b[weight]!;
    expected[2][weight]! += c[output]! * a[input]!;
  });
  const name = JSON.stringify([shape, filterShape, window]);
  found.forEach((data, i) => expect([...data], name).toEqual([...expected[i]!]));
}

test("convolutions and their gradients agree with plain loops, however the window moves", () => {
  for (const strides of [
    [1, 1],
    [2, 1],
    [3, 2],
  ] as const)
    for (const dilation of [
      [1, 1],
      [2, 1],
      [1, 3],
    ] as const)
      for (const padding of [
        [
          [0, 0],
          [0, 0],
        ],
        [
          [1, 2],
          [0, 3],
        ],
        [
          [3, 0],
          [2, 2],
        ],
      ] as const)
        for (const groups of [1, 2, 4])
          check([2, 6, 8, 4], [3, 2, 4 / groups, 8], { strides, dilation, padding, groups });
});

test("many positions are done in several blocks", () => {
  const window: Window = {
    strides: [1, 1],
    dilation: [1, 1],
    padding: [
      [2, 2],
      [2, 2],
    ],
    groups: 1,
  };
  check([3, 30, 31, 6], [5, 5, 6, 3], window);
});
