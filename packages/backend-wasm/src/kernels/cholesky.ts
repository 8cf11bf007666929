import { sizeOf } from "@nn/core";
import type { Code, FunctionReference, Int, Local, ModuleBuilder } from "../assembler/index.ts";
import type { Stage } from "../stage.ts";
import { addProduct, numbers, type Float } from "../vectors.ts";
import type { Kernel } from "./kernel.ts";
import { addressAt, addressOf, smaller, zeros } from "./memory.ts";
import { lanesSummed, sumOfLanes } from "./sums.ts";

/** Columns that are finished together. */
const block = 32;
/** Matrices with fewer rows are one unit. */
const smallMatrix = 128;
/** Rows and columns of a tile. */
const tile = 4;

/**
 * The factor L with LLᵀ = A, column block by column block: an element is that of A less a product of two rows of L as
 * far as they are finished, divided by the diagonal. All rows below the diagonal are independent then, so that
 * large matrices are two stages for each block; many or small matrices are units themselves.
 */
export const cholesky: Kernel = ({ module, target, name, inputs, outputs }) => {
  const [a] = inputs;
  const [output] = outputs;
  const n = a!.shape.at(-1)!;
  const batch = sizeOf(a!.shape.slice(0, -2));
  if (n * batch === 0) return [];
  const dtype = a!.dtype as Float;
  const rows = rowsFunction(module, dtype, n, target.relaxed);
  const bytes = n * n * numbers[dtype].size;
  const perNanosecond = dtype === "f64" ? 6 : 10;
  if (batch > 1 || n < smallMatrix)
    return [
      {
        name,
        units: batch,
        cost: (batch * (n ** 3 / 6 + 40 * n)) / perNanosecond,
        emit(code, frame, from, to) {
          const source = addressOf(code, frame, a!);
          const result = addressOf(code, frame, output!);
          code.repeat(from, to, 1, (unit) => {
            code.repeat(0, n, block, (first) => {
              code.address(source, unit, bytes).address(result, unit, bytes);
              code.int(first);
              if (n > block)
                code.get(smaller(code, code.int(first).i32(block).op("i32.add").take("i32"), n));
              else code.i32(n);
              code.int(first).i32(n).call(rows);
            });
          });
        },
      },
    ];
  const stages: Stage[] = [];
  for (let first = 0; first < n; first += block) {
    const end = Math.min(first + block, n);
    const pair = (code: Code, frame: Local): Code =>
      code
        .get(addressOf(code, frame, a!))
        .get(addressOf(code, frame, output!))
        .i32(first)
        .i32(end);
    const cost = (count: number): number => (count * block * (first + block / 2)) / perNanosecond;
    stages.push({
      name,
      units: 1,
      cost: cost(block / 2),
      emit(code, frame, from, to) {
        code.get(from).get(to).op("i32.lt_s");
        code.when(() => pair(code, frame).i32(first).i32(end).call(rows));
      },
    });
    if (end === n) continue;
    stages.push({
      name,
      units: Math.ceil((n - end) / tile),
      cost: cost(n - end),
      emit(code, frame, from, to) {
        const start = code.get(from).i32(tile).op("i32.mul").i32(end).op("i32.add").take("i32");
        const stop = code.get(to).i32(tile).op("i32.mul").i32(end).op("i32.add").take("i32");
        const limit = smaller(code, stop, n);
        pair(code, frame).get(start).get(limit).call(rows);
      },
    });
  }
  return stages;
};

/** Finishes rows `from` up to `to` in columns `first` up to `end`; all but the last number are multiples of `tile`. */
function rowsFunction(
  module: ModuleBuilder,
  dtype: Float,
  n: number,
  relaxed: boolean,
): FunctionReference {
  const name = `cholesky ${dtype}[${n},${n}]`;
  const even = n - (n % tile);
  return module.once(name, () =>
    module.function(
      name,
      ["i32", "i32", "i32", "i32", "i32", "i32"],
      [],
      (code, a, l, first, end, from, to) => {
        const matrix: Matrix = { a: a!, l: l!, n, dtype, relaxed };
        const evenEnd = smaller(code, to!, even);
        code.repeat(from!, evenEnd, tile, (row) => {
          const at = code.int(row).take("i32");
          code.repeat(first!, smaller(code, at, end!), tile, (column) =>
            emitTile(code, matrix, at, column, tile),
          );
          code.get(at).get(end!).op("i32.lt_s");
          code.when(() => diagonal(code, matrix, at, addressAt(code, at, 1, tile)));
        });
        if (even === n) return;
        const rest = smaller(code, end!, even);
        const start = code.get(from!).i32(even).get(from!).i32(even).op("i32.gt_s");
        const oddStart = start.op("select").take("i32");
        code.repeat(oddStart, to!, 1, (row) =>
          code.repeat(first!, rest, tile, (column) => emitTile(code, matrix, row, column, 1)),
        );
        code.get(end!).i32(even).op("i32.gt_s").get(to!).i32(even).op("i32.gt_s").op("i32.and");
        code.when(() => {
          const at = code.i32(even).take("i32");
          diagonal(code, matrix, at, to!);
        });
      },
    ),
  );
}

interface Matrix {
  readonly a: Local;
  readonly l: Local;
  readonly n: number;
  readonly dtype: Float;
  readonly relaxed: boolean;
}

/** Finishes some rows of four columns, below the diagonal. */
function emitTile(
  code: Code,
  { a, l, n, dtype, relaxed }: Matrix,
  row: Int,
  column: Int,
  rows: number,
): void {
  const { type, size, bits, lanes } = numbers[dtype];
  const stride = n * size;
  const above = addressAt(code, l, column, stride);
  const beside = addressAt(code, l, row, stride);
  const bytes = code.int(column).i32(size).op("i32.mul").take("i32");
  const products: Local[][] = [];
  // Two columns at a time, so that sums, rows and products are in registers.
  for (const pair of [0, 2]) {
    const sums = [0, 1].map(() =>
      Array.from({ length: rows }, () => code.v128(zeros).take("v128")),
    );
    code.repeat(0, bytes, 16, (at) => {
      const x = addressAt(code, beside, at, 1);
      const y = addressAt(code, above, at, 1);
      const left = Array.from({ length: rows }, (_, r) =>
        code
          .get(x)
          .at("v128.load", r * stride)
          .take("v128"),
      );
      sums.forEach((sum, c) => {
        const right = code
          .get(y)
          .at("v128.load", (pair + c) * stride)
          .take("v128");
        left.forEach((own, r) => addProduct(code, dtype, relaxed, sum[r]!, own, right));
      });
    });
    products.push(...sums);
  }
  const from = addressAt(code, addressAt(code, a, row, stride), column, size);
  const to = addressAt(code, beside, column, size);
  const corner = addressAt(code, above, column, size);
  /** Columns of the result, whose lanes are rows. */
  const solved: Local[][] = [];
  for (const [c, product] of products.entries()) {
    const sums = lanesSummed(
      code,
      dtype,
      [0, 1, 2, 3].map((r) => product[r % rows]!),
    );
    solved.push(
      sums.slice(0, Math.ceil(rows / lanes)).map((sum, v) => {
        code.v128(zeros);
        eachLane(v, (r, lane) => {
          const vector = code.take("v128");
          code
            .get(from)
            .get(vector)
            .at(`v128.load${bits}_lane`, r * stride + c * size, lane);
        });
        const rest = code.get(sum).op(`${type}.sub`).take("v128");
        for (const [s, other] of solved.entries()) {
          code.get(rest).get(other[v]!).get(corner);
          code.at(`v128.load${bits}_splat`, c * stride + s * size);
          code.op(`${type}.mul`).op(`${type}.sub`).set(rest);
        }
        code
          .get(rest)
          .get(corner)
          .at(`v128.load${bits}_splat`, c * stride + c * size);
        code.op(`${type}.div`).set(rest);
        eachLane(v, (r, lane) => {
          code
            .get(to)
            .get(rest)
            .at(`v128.store${bits}_lane`, r * stride + c * size, lane);
        });
        return rest;
      }),
    );
  }

  function eachLane(vector: number, visit: (row: number, lane: number) => void): void {
    for (let lane = 0; lane < lanes && vector * lanes + lane < rows; lane++)
      visit(vector * lanes + lane, lane);
  }
}

/** Finishes the triangle in rows `from` up to `to` whose first column is `from`, and writes zeros behind it. */
function diagonal(code: Code, { a, l, n, dtype, relaxed }: Matrix, from: Local, to: Local): void {
  const { size } = numbers[dtype];
  const stride = n * size;
  const bytes = code.get(from).i32(size).op("i32.mul").take("i32");
  code.repeat(from, to, 1, (row) => {
    const at = code.int(row).take("i32");
    const own = addressAt(code, l, at, stride);
    const behind = addressAt(code, at, 1, 1);
    code.repeat(from, behind, 1, (column) => {
      const other = addressAt(code, l, column, stride);
      const sum = code.v128(zeros).take("v128");
      code.repeat(0, bytes, 16, (k) => {
        const x = code.address(own, k, 1).at("v128.load").take("v128");
        const y = code.address(other, k, 1).at("v128.load").take("v128");
        addProduct(code, dtype, relaxed, sum, x, y);
      });
      code.address(addressAt(code, a, at, stride), column, size).at(`${dtype}.load`);
      const rest = sumOfLanes(code, dtype, sum).op(`${dtype}.sub`).take(dtype);
      code.repeat(from, column, 1, (k) => {
        code.get(rest).address(own, k, size).at(`${dtype}.load`);
        code.address(other, k, size).at(`${dtype}.load`).op(`${dtype}.mul`);
        code.op(`${dtype}.sub`).set(rest);
      });
      const place = addressAt(code, own, column, size);
      code.get(at).int(column).op("i32.eq");
      code.when(
        () => {
          const root = code.get(rest).op(`${dtype}.sqrt`).take(dtype);
          code.get(place).get(root)[dtype](NaN).get(rest)[dtype](0).op(`${dtype}.gt`);
          code.op("select").at(`${dtype}.store`);
        },
        () => {
          code.get(place).get(rest).address(other, column, size).at(`${dtype}.load`);
          code.op(`${dtype}.div`).at(`${dtype}.store`);
        },
      );
    });
    code.address(own, behind, size).i32(0);
    code.i32(n).get(behind).op("i32.sub").i32(size).op("i32.mul").fill();
  });
}
