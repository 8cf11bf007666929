import { js } from "@nn/backend-js";
import {
  add,
  type Backend,
  type Layer,
  mul,
  sliceAxis,
  square,
  sub,
  type Tensor,
  type Tree,
} from "@nn/core";
import type { Explained, HostLike } from "../src/index.ts";

export const backend: Backend = js();

/** A model without parameters that computes a function. */
export function modelOf<In extends Tree, Out extends Tree>(fn: (x: In) => Out): Explained<In, Out> {
  const model: Layer<In, Out> = {
    kind: "@nn/interpret/test#function",
    config: {},
    apply: (_, x) => fn(x),
  };
  return { model, parameters: {}, state: {} };
}

/** A column of a table, [rows, 1]. */
export function column(x: Tensor, at: number): Tensor {
  return sliceAxis(x, 1, at, at + 1);
}

/** 2a - b + 1.5bc + 0.5d² of five columns; the last one plays no part. */
export const prices: Explained<Tensor, Tensor> = modelOf((x: Tensor) => {
  const [a, b, c, d] = [0, 1, 2, 3].map((at) => column(x, at)) as [Tensor, Tensor, Tensor, Tensor];
  return add(sub(mul(a, 2), b), add(mul(mul(b, c), 1.5), mul(square(d), 0.5)));
});

/** The same, on the host. */
export function priceOf([a = 0, b = 0, c = 0, d = 0]: readonly number[]): number {
  return 2 * a - b + 1.5 * b * c + 0.5 * d ** 2;
}

/** Numbers between -1 and 1 that follow from a seed. */
export function someRows(rows: number, columns: number, seed = 1): number[][] {
  let state = seed;
  const draw = (): number => {
    state = (state * 16807) % 2147483647;
    return (2 * state) / 2147483647 - 1;
  };
  for (let i = 0; i < 10; i++) draw();
  return Array.from({ length: rows }, () => Array.from({ length: columns }, draw));
}

/** Rows with the prices of their columns. */
export function someHouses(rows = 200): {
  readonly inputs: number[][];
  readonly targets: number[][];
} {
  const inputs = someRows(rows, 5);
  return { inputs, targets: inputs.map((row) => [priceOf(row)]) };
}

/** The values of a single input, as numbers. */
export function numbersOf({ data }: HostLike<number[]>): number[] {
  return Array.from(data);
}
