import {
  add,
  cast,
  div,
  equal,
  expandDims,
  full,
  greater,
  type Initializer,
  iota,
  less,
  matmul,
  mul,
  neg,
  normal,
  reshape,
  scan,
  select,
  sizeOf,
  sqrt,
  square,
  sub,
  sum,
  type Tensor,
  transpose,
  zeros,
} from "@nn/core";
import { kindOf } from "../kind.ts";
import { finite, checked } from "../options.ts";

/**
 * A matrix whose rows are orthogonal and of length `gain` (default 1), or its columns where it has more rows: it keeps
 * the length of signals and gradients, in deep and in recurrent networks (Saxe, McClelland and Ganguli, Exact solutions
 * to the nonlinear dynamics of learning in deep linear neural networks, 2014). All such matrices are equally likely. The
 * last axis of a parameter holds the columns, all axes before it the rows.
 *
 * It takes one step for each row or column, whichever are fewer, each of which changes the whole matrix.
 *
 * ```ts
 * dense(64, { activation: tanh(), weights: { initializer: orthogonal() } });
 * ```
 */
export function orthogonal(options: { readonly gain?: number } = {}): Initializer {
  const { gain = 1 } = checked("orthogonal", options, { gain: finite });
  return {
    kind: kindOf("orthogonal"),
    config: { gain },
    initialize(key, shape, dtype) {
      const columns = shape.at(-1) ?? 1;
      const rows = sizeOf(shape.slice(0, -1));
      if (rows * columns === 0) return zeros(shape, dtype);
      const [few, many] = [Math.min(rows, columns), Math.max(rows, columns)];
      const matrix = mul(orthonormalRows(normal(key, [few, many], { dtype })), gain);
      return reshape(few === rows ? matrix : transpose(matrix), shape);
    },
  };
}

/**
 * Orthonormal rows from a matrix of normal numbers that has at least as many columns as rows: the transposed Q of its
 * transposed QR decomposition with a positive diagonal. As the normal distribution looks the same from all sides, the
 * reflection for column k need not wait for those before it: the tail of any normal vector will do (Stewart, The
 * efficient generation of random orthogonal matrices, 1980).
 */
function orthonormalRows(draws: Tensor): Tensor {
  const [rows, columns] = draws.shape as readonly [number, number];
  const row = expandDims(iota(rows), 1);
  const column = iota(columns);
  const isPivot = equal(row, column);
  const tails = select(less(column, row), 0, draws);
  const pivots = sum(select(isPivot, draws, 0), 1, { keepDims: true });
  const signs = select(less(pivots, 0), full([], -1, draws.dtype), 1);
  const lengths = sqrt(sum(square(tails), 1, { keepDims: true }));
  const mirrors = select(isPivot, add(tails, mul(signs, lengths)), tails);
  const squares = sum(square(mirrors), 1, { keepDims: true });
  // Draws in f32 may all be 0 in a tail; that one stays where it is.
  const scaled = mul(mirrors, sqrt(div(2, select(greater(squares, 0), squares, 1))));
  const [reflected] = scan(
    (q, mirror) => [sub(q, mul(matmul(q, expandDims(mirror, 1)), mirror)), []],
    cast(isPivot, draws.dtype),
    scaled,
    { reverse: true },
  );
  return mul(reflected, neg(signs));
}
