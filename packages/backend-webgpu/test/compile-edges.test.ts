import { js } from "@nn/backend-js";
import {
  add,
  concatenate,
  gather,
  iota,
  jit,
  matmul,
  mul,
  or,
  pad,
  reshape,
  scan,
  scatterAdd,
  sliceAxis,
  sub,
  sum,
  tensor,
  transpose,
  zeros,
  type Backend,
  type DType,
  type Tensor,
} from "@nn/core";
import { expect, test } from "vitest";
import { open, openOne } from "./open.ts";

const { backend } = await open();
const reference = js();

/** Small whole numbers, so that results are the same on every backend. */
function numbers(on: Backend, shape: readonly number[], dtype: DType): Tensor {
  const size = shape.reduce((product, length) => product * length, 1);
  const data = Float32Array.from({ length: size }, (_, i) => (i % 7) - 2);
  return tensor(on, [...data], { shape, dtype });
}

/** Runs a function as one program here and on the reference backend. */
async function expectSame(
  fn: (...inputs: Tensor[]) => Tensor[],
  shapes: readonly (readonly number[])[],
  { dtype = "f32", on = backend }: { dtype?: DType; on?: Backend } = {},
): Promise<void> {
  const run = (where: Backend): Promise<unknown> =>
    Promise.all(
      jit(fn)(...shapes.map((shape) => numbers(where, shape, dtype))).map(async (one) => {
        return Array.from(await one.read(), (x) => x + 0);
      }),
    );
  expect(await run(on)).toEqual(await run(reference));
}

test("elements that are known beforehand are read from the part, inside or not, where they are", () =>
  expectSame(
    (x, y) => {
      const joined = concatenate([x, y, x], 0);
      const last = sliceAxis(joined, 0, 7, 8);
      const first = sliceAxis(pad(y, [2], [1]), 0, 1, 2);
      const outside = gather(x, sub(iota(3), 4));
      return [sub(joined, last), add(joined, first), outside, add(sliceAxis(outside, 0, 0, 1), y)];
    },
    [[5], [2]],
  ));

test("what lies outside of a single element is not taken for it", () =>
  expectSame((x, indices) => [or(gather(x, indices), x), or(pad(x, [2], [1]), x)], [[1], [6]], {
    dtype: "i32",
  }));

test("what lies outside of a row is not taken for what is computed at the beginning of the next", () =>
  expectSame(
    (x) => {
      const turned = transpose(add(x, 1));
      const right = pad(turned, [0, 4], [1, 0]);
      const down = pad(turned, [1, 0], [0, 4]);
      return [sub(right, down)];
    },
    [[4, 3]],
  ));

test("as many values and parts as there may be in a large model are computed and joined at once", () =>
  expectSame(
    (...all) => [...all.map((x, i) => add(x, i)), concatenate(all)],
    Array.from({ length: 140 }, (_, i) => [1 + (i % 3)]),
  ));

test("a chain of thousands of operations is not too long", () =>
  expectSame(
    (x) => {
      const terms = Array.from({ length: 5000 }, (_, i) => i % 7);
      return [terms.reduce((y, term) => add(y, term), x)];
    },
    [[2, 3]],
  ));

test("products of recorded kernels that nobody reads are no trouble", async () => {
  const { backend: on } = await openOne({ largeProduct: 8 });
  await expectSame(
    (x, y) => {
      const product = matmul(x, y);
      const [, seen] = scan((c: Tensor) => [c, mul(c, product)], sum(x), [], { length: 0 });
      return [seen, add(x, 1)];
    },
    [
      [3, 4],
      [4, 5],
    ],
    { on },
  );
  await on.close?.();
});

test("indices of a grid are told apart also where their distances are beyond i32", () =>
  expectSame(
    (updates) => {
      const rows = add(mul(reshape(iota(3), [3, 1]), 2 ** 30), iota(2));
      return [scatterAdd(zeros([8]), add(rows, 5 - 2 ** 31), updates)];
    },
    [[3, 2]],
  ));
