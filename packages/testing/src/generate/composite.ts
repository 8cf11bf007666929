import {
  add,
  bernoulli,
  checkpoint,
  cholesky,
  customGradient,
  foldIn,
  identityMatrix,
  matmul,
  mul,
  normal,
  randomBits,
  scan,
  stopGradient,
  tanh,
  triangularSolve,
  uniform,
  type DType,
  type Tensor,
} from "@nn/core";
import { bend, type Draw } from "./draw.ts";
import { floats, numbers, type Entry } from "./entry.ts";
import { anyShape } from "./shapes.ts";

const small = [2, 1, 3, 4, 5];

/** Square matrices with a heavy diagonal, one matrix or a stack. */
function regularMatrix(draw: Draw, dtype: DType): Tensor {
  const n = draw.choices.pick([2, 1, 3, 4]);
  const leading = draw.choices.once(3) ? [2] : [];
  const m = draw.tensor(dtype, [...leading, n, n]);
  return add(m, mul(identityMatrix(n, dtype), 8));
}

/** Random functions take a key and a counter as operands. */
function drawing(fns: {
  readonly [name: string]: (key: Tensor, shape: number[], counter: Tensor) => Tensor;
}): Entry[] {
  return Object.entries(fns).map(([name, fn]) => ({
    name,
    isHeavy: true,
    build: (draw) =>
      fn(draw.tensor(draw.dtype(["i32"]), [2]), anyShape(draw.choices), draw.tensor("i32", [])),
  }));
}

/** A loop around random steps, and a recurrent layer by hand, whose projection is hoisted out of the loop. */
const loops: readonly Entry[] = [
  {
    name: "scan",
    isNested: true,
    build(draw) {
      const { choices } = draw;
      const options = { length: choices.pick([2, 3, 1, 5, 0]), reverse: choices.once(3) };
      const dtype = draw.dtype(floats);
      const carry = [
        draw.tensor(dtype, anyShape(choices, 0, 2)),
        draw.tensor(draw.dtype(numbers), []),
      ];
      const rows = draw.tensor(draw.dtype(numbers), [options.length, ...anyShape(choices, 0, 2)]);
      const captured = draw.tensor(dtype, anyShape(choices, 0, 2));
      const [last, stacked] = scan(
        (state: Tensor[], row: Tensor[]) => {
          const pool = draw.grow([...state, ...row, captured], choices.integer(1, 4));
          const next = state.map((one, i) => bend(pool.at(-1 - i)!, one.dtype, one.shape));
          return [next, pool.slice(-2)];
        },
        carry,
        [rows],
        options,
      );
      return [...last, ...stacked];
    },
  },
  {
    name: "recurrence",
    build(draw) {
      const { choices } = draw;
      const dtype = draw.dtype(floats);
      const [steps, batch, inputs, units] = [1, 2, 3, 4].map(() => choices.pick(small));
      const xs = draw.tensor(dtype, [steps!, batch!, inputs!]);
      const weights = draw.tensor(dtype, [inputs!, units!]);
      const recurrent = draw.tensor(dtype, [units!, units!]);
      const step = (state: Tensor, x: Tensor): [Tensor, Tensor] => {
        const next = tanh(add(matmul(x, weights), matmul(state, recurrent)));
        return [next, next];
      };
      return scan(step, draw.tensor(dtype, [batch!, units!]), xs, { reverse: choices.once(3) });
    },
  },
];

/** Functions made of many operations, or with bodies. */
export const compositeEntries: readonly Entry[] = [
  ...loops,
  { name: "stopGradient", build: (draw) => stopGradient(draw.tensor(draw.dtype(numbers))) },
  {
    name: "checkpoint",
    isNested: true,
    build(draw) {
      const x = draw.tensor(draw.dtype(floats));
      const y = draw.tensor(draw.dtype(numbers));
      return checkpoint((a: Tensor, b: Tensor) =>
        draw.grow([a, b], draw.choices.integer(1, 3)).slice(-2),
      )(x, y);
    },
  },
  {
    name: "customGradient",
    build(draw) {
      const x = draw.tensor(draw.dtype(floats));
      const factor = draw.choices.integer(1, 3);
      return customGradient(
        (a: Tensor) => mul(a, a),
        ([a], y, g) => [add(mul(g, mul(a, factor)), mul(y, 0))],
      )(x);
    },
  },
  {
    name: "cholesky",
    isHeavy: true,
    isTame: true,
    build(draw) {
      const a = regularMatrix(draw, draw.dtype(floats));
      return cholesky(draw.choices.once(4) ? a : matmul(a, a, { transposeB: true }));
    },
  },
  {
    name: "triangularSolve",
    isHeavy: true,
    isTame: true,
    build(draw) {
      const l = regularMatrix(draw, draw.dtype(floats));
      const b = draw.tensor(l.dtype, [...l.shape.slice(0, -1), draw.choices.integer(1, 3)]);
      return triangularSolve(l, b, { transpose: draw.choices.once(2) });
    },
  },
  ...drawing({
    randomBits: (key, shape, counter) => randomBits(key, shape, counter),
    foldIn: (key, _, counter) => foldIn(key, counter),
    bernoulli: (key, shape, counter) => bernoulli(key, 0.25, shape, counter),
  }),
  {
    name: "uniform",
    isHeavy: true,
    build(draw) {
      const dtype = draw.dtype(floats);
      return uniform(draw.tensor("i32", [2]), anyShape(draw.choices), { dtype });
    },
  },
  {
    name: "normal",
    isHeavy: true,
    build(draw) {
      const dtype = draw.dtype(floats);
      return normal(draw.tensor("i32", [2]), anyShape(draw.choices), {
        dtype,
        mean: 1,
        deviation: 2,
      });
    },
  },
];
