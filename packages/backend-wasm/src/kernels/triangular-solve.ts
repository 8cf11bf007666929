import { sizeOf } from "@nn/core";
import type { Code, Int, Local } from "../assembler/index.ts";
import {
  loadLanes,
  numbers,
  spansOf,
  storeLanes,
  subtractProduct,
  type Float,
  type Span,
} from "../vectors.ts";
import type { Kernel } from "./kernel.ts";
import { addressAt, addressOf, forBlock } from "./memory.ts";
import { solveVector } from "./solve-vector.ts";

/** Rows that are solved together. */
const tile = 4;

/**
 * The solution of triangular systems, by substitution. Columns of the right-hand side are independent: as many as fill
 * two vectors are a unit, and go through the matrix together. A single column has a kernel of its own.
 */
export const triangularSolve: Kernel = (call) => {
  const { target, name, inputs, outputs, params } = call;
  const [l, b] = inputs;
  const [output] = outputs;
  const [n, columns] = b!.shape.slice(-2) as [number, number];
  const batch = sizeOf(b!.shape.slice(0, -2));
  if (batch * n * columns === 0) return [];
  if (columns === 1) return solveVector(call);
  const dtype = l!.dtype as Float;
  const { size, lanes } = numbers[dtype];
  const wide = 2 * lanes;
  const blocks = Math.ceil(columns / wide);
  const system = { dtype, n, columns, relaxed: target.relaxed, isTransposed: params["transpose"] };
  return [
    {
      name,
      units: batch * blocks,
      cost: (batch * blocks * n * (n + 20)) / 3,
      emit(code, frame, from, to) {
        const [matrices, right, result] = [l!, b!, output!].map((value) =>
          addressOf(code, frame, value),
        );
        code.repeat(from, to, 1, (unit) => {
          const position = code.int(unit).i32(blocks).op("i32.div_u").take("i32");
          const block = code.int(unit).i32(blocks).op("i32.rem_u").take("i32");
          const matrix = addressAt(code, matrices!, position, n * n * size);
          const [known, x] = [right!, result!].map((base) => {
            const start = addressAt(code, base, position, n * columns * size);
            return addressAt(code, start, block, wide * size);
          });
          forBlock(code, block, { width: wide, total: columns }, (count) =>
            solve(code, system, spansOf(dtype, count), matrix, known!, x!),
          );
        });
      },
    },
  ];
};

interface System {
  readonly dtype: Float;
  readonly n: number;
  readonly columns: number;
  readonly relaxed: boolean;
  readonly isTransposed: unknown;
}

/** Solves for some columns, four rows at a time and the last ones one by one; from the last row on, if transposed. */
function solve(
  code: Code,
  system: System,
  spans: readonly Span[],
  matrix: Local,
  known: Local,
  x: Local,
): void {
  const { n, isTransposed } = system;
  const even = n - (n % tile);
  const each = (from: number, to: number, rows: number): void => {
    code.repeat(from, to, rows, (done) => {
      if (isTransposed)
        code
          .i32(n - rows)
          .int(done)
          .op("i32.sub");
      else code.int(done);
      solveRows(code, system, spans, matrix, known, x, code.take("i32"), rows);
    });
  };
  each(0, even, tile);
  each(even, n, 1);
}

function solveRows(
  code: Code,
  { dtype, n, columns, relaxed, isTransposed }: System,
  spans: readonly Span[],
  matrix: Local,
  known: Local,
  x: Local,
  row: Local,
  count: number,
): void {
  const { type, size, bits } = numbers[dtype];
  const rows = Array.from({ length: count }, (_, r) => r);
  const width = columns * size;
  /** How far coefficients are apart, in bytes: those of rows of the system, and those of its unknowns. */
  const [down, along] = isTransposed ? [size, n * size] : [n * size, size];
  const load = `v128.load${bits}_splat` as const;
  const from = addressAt(code, known, row, width);
  const to = addressAt(code, x, row, width);
  const rest = rows.map((r) =>
    spans.map(({ offset, lanes }) =>
      loadLanes(code, dtype, from, offset * size + r * width, lanes).take("v128"),
    ),
  );
  const beside = addressAt(code, matrix, row, down);
  const [first, end]: [Int, Int] = isTransposed ? [addressAt(code, row, count, 1), n] : [0, row];
  code.repeat(first, end, 1, (k) => {
    const coefficients = addressAt(code, beside, k, along);
    const unknown = addressAt(code, x, k, width);
    const factors = rows.map((r) =>
      code
        .get(coefficients)
        .at(load, r * down)
        .take("v128"),
    );
    spans.forEach(({ offset, lanes }, p) => {
      const own = loadLanes(code, dtype, unknown, offset * size, lanes).take("v128");
      rows.forEach((r) => subtractProduct(code, dtype, relaxed, rest[r]![p]!, factors[r]!, own));
    });
  });
  const corner = addressAt(code, beside, row, along);
  const order = isTransposed ? rows.toReversed() : rows;
  order.forEach((r, done) => {
    const coefficient = (other: number): Local =>
      code
        .get(corner)
        .at(load, r * down + other * along)
        .take("v128");
    for (const other of order.slice(0, done)) {
      const factor = coefficient(other);
      spans.forEach((_, p) =>
        subtractProduct(code, dtype, relaxed, rest[r]![p]!, factor, rest[other]![p]!),
      );
    }
    const pivot = coefficient(r);
    spans.forEach(({ offset, lanes }, p) => {
      code.get(rest[r]![p]!).get(pivot).op(`${type}.div`).set(rest[r]![p]!);
      storeLanes(code, dtype, to, offset * size + r * width, lanes, rest[r]![p]!);
    });
  });
}
