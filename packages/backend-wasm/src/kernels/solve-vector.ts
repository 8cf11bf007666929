import { sizeOf } from "@nn/core";
import type { Code, Int, Local } from "../assembler/index.ts";
import { addProduct, numbers, subtractProduct, type Float } from "../vectors.ts";
import type { Kernel } from "./kernel.ts";
import { addressAt, addressOf, zeros } from "./memory.ts";
import { sumOfLanes } from "./sums.ts";

/** Rows that go through the vector together. */
const tile = 4;

/**
 * Triangular systems with one column, which is a unit. The rows of the matrix are read as they lie: for LX = B, each is
 * multiplied with what is known of X; for LᵀX = B, each is subtracted from what is left of B once its unknown is found.
 */
export const solveVector: Kernel = ({ target, name, inputs, outputs, params }) => {
  const [l, b] = inputs;
  const [output] = outputs;
  const n = l!.shape.at(-1)!;
  const batch = sizeOf(l!.shape.slice(0, -2));
  const dtype = l!.dtype as Float;
  const { size } = numbers[dtype];
  const system = { dtype, n, relaxed: target.relaxed };
  return [
    {
      name,
      units: batch,
      cost: (batch * n * (n + 20)) / 8,
      emit(code, frame, from, to) {
        const [matrices, right, result] = [l!, b!, output!].map((value) =>
          addressOf(code, frame, value),
        );
        code.repeat(from, to, 1, (unit) => {
          const matrix = addressAt(code, matrices!, unit, n * n * size);
          const known = addressAt(code, right!, unit, n * size);
          const x = addressAt(code, result!, unit, n * size);
          code
            .get(x)
            .get(known)
            .i32(n * size)
            .copy();
          (params["transpose"] ? backward : forward)(code, system, matrix, x);
        });
      },
    },
  ];
};

interface System {
  readonly dtype: Float;
  readonly n: number;
  readonly relaxed: boolean;
}

/** Solves LX = B; X holds B at first. */
function forward(code: Code, { dtype, n, relaxed }: System, matrix: Local, x: Local): void {
  const { size } = numbers[dtype];
  inTiles(code, n, false, (first, count, even) => {
    const own = addressAt(code, matrix, first, n * size);
    const sums = Array.from({ length: count }, () => code.v128(zeros).take("v128"));
    const bytes = code.int(even).i32(size).op("i32.mul").take("i32");
    code.repeat(0, bytes, 16, (k) => {
      const known = code.address(x, k, 1).at("v128.load").take("v128");
      const at = addressAt(code, own, k, 1);
      sums.forEach((sum, r) => {
        const factors = code
          .get(at)
          .at("v128.load", r * n * size)
          .take("v128");
        addProduct(code, dtype, relaxed, sum, factors, known);
      });
    });
    const to = addressAt(code, x, first, size);
    sums.forEach((sum, r) => {
      code.get(to).at(`${dtype}.load`, r * size);
      const rest = sumOfLanes(code, dtype, sum).op(`${dtype}.sub`).take(dtype);
      const row = addressAt(code, own, r, n * size);
      const end = addressAt(code, first, r, 1);
      code.repeat(even, end, 1, (k) => {
        code.get(rest).address(row, k, size).at(`${dtype}.load`);
        code
          .address(x, k, size)
          .at(`${dtype}.load`)
          .op(`${dtype}.mul`)
          .op(`${dtype}.sub`)
          .set(rest);
      });
      code
        .get(addressAt(code, to, r, size))
        .get(rest)
        .address(row, end, size)
        .at(`${dtype}.load`);
      code.op(`${dtype}.div`).at(`${dtype}.store`);
    });
  });
}

/** Solves LᵀX = B; X holds B at first. */
function backward(code: Code, { dtype, n, relaxed }: System, matrix: Local, x: Local): void {
  const { size, type } = numbers[dtype];
  inTiles(code, n, true, (first, count, even) => {
    const own = addressAt(code, matrix, first, n * size);
    const found: Local[] = [];
    for (let r = count - 1; r >= 0; r--) {
      const row = addressAt(code, first, r, 1);
      const line = addressAt(code, own, r, n * size);
      const to = addressAt(code, x, row, size);
      code.get(to).at(`${dtype}.load`).address(line, row, size).at(`${dtype}.load`);
      const value = code.op(`${dtype}.div`).take(dtype);
      code.get(to).get(value).at(`${dtype}.store`);
      // What is left of the rows that are not subtracted as vectors.
      code.repeat(even, row, 1, (k) => {
        const at = addressAt(code, x, k, size);
        code.get(at).get(at).at(`${dtype}.load`).get(value);
        code.address(line, k, size).at(`${dtype}.load`).op(`${dtype}.mul`).op(`${dtype}.sub`);
        code.at(`${dtype}.store`);
      });
      found[r] = code.get(value).op(`${type}.splat`).take("v128");
    }
    const bytes = code.int(even).i32(size).op("i32.mul").take("i32");
    code.repeat(0, bytes, 16, (k) => {
      const at = addressAt(code, own, k, 1);
      const to = addressAt(code, x, k, 1);
      const rest = code.get(to).at("v128.load").take("v128");
      found.forEach((value, r) => {
        const factors = code
          .get(at)
          .at("v128.load", r * n * size)
          .take("v128");
        subtractProduct(code, dtype, relaxed, rest, factors, value);
      });
      code.get(to).get(rest).at("v128.store");
    });
  });
}

/** Visits rows, four by four and the last ones one by one, with the number of elements before them that are whole vectors. */
function inTiles(
  code: Code,
  n: number,
  isBackward: boolean,
  visit: (first: Local, count: number, even: Int) => void,
): void {
  const even = n - (n % tile);
  const tiles = (): void => {
    code.repeat(0, even, tile, (done) => {
      const first = isBackward
        ? code
            .i32(even - tile)
            .int(done)
            .op("i32.sub")
        : code.int(done);
      const row = first.take("i32");
      visit(row, tile, row);
    });
  };
  const rest = (): void => {
    code.repeat(even, n, 1, (row) => {
      const first = isBackward
        ? code
            .i32(n - 1 + even)
            .int(row)
            .op("i32.sub")
        : code.int(row);
      visit(first.take("i32"), 1, even);
    });
  };
  if (isBackward) {
    rest();
    tiles();
  } else {
    tiles();
    rest();
  }
}
