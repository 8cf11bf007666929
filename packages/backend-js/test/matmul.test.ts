import { matmul } from "@nn/core";
import { expect, test } from "vitest";
import { js } from "../src/index.ts";
import { quarters } from "./numbers.ts";

const backend = js();

const sizes = [0, 1, 2, 3, 4, 5, 7, 8, 13];

for (const transposeA of [false, true])
  for (const transposeB of [false, true])
    test(`tiles cover products of all sizes, transposed ${transposeA} and ${transposeB}`, () => {
      for (const rows of sizes)
        for (const columns of sizes)
          for (const inner of sizes) {
            const a = quarters(backend, transposeA ? [inner, rows] : [rows, inner], 1);
            const b = quarters(backend, transposeB ? [columns, inner] : [inner, columns], 2);
            const [x, y] = [a.readSync(), b.readSync()];
            const expected = Array.from({ length: rows * columns }, (_, i) => {
              const column = i % columns;
              const row = (i - column) / columns;
              let sum = 0;
              for (let k = 0; k < inner; k++)
                sum +=
                  x[transposeA ? k * rows + row : row * inner + k]! *
                  y[transposeB ? column * inner + k : k * columns + column]!;
              return sum;
            });
            const product = matmul(a, b, { transposeA, transposeB });
            expect([...product.readSync()], `${rows} × ${inner} × ${columns}`).toEqual(expected);
          }
    });

test("stacks of matrices are broadcast", () => {
  const a = quarters(backend, [2, 1, 5, 3], 3);
  const b = quarters(backend, [4, 3, 6], 4);
  const product = matmul(a, b);
  expect(product.shape).toEqual([2, 4, 5, 6]);
  const [x, y, z] = [a.readSync(), b.readSync(), product.readSync()];
  for (let i = 0; i < z.length; i++) {
    const column = i % 6;
    const row = Math.floor(i / 6) % 5;
    const matrix = Math.floor(i / 30) % 4;
    const stack = Math.floor(i / 120);
    let sum = 0;
    for (let k = 0; k < 3; k++)
      sum += x[stack * 15 + row * 3 + k]! * y[matrix * 18 + k * 6 + column]!;
    expect(z[i]).toBe(sum);
  }
});
