import type { Epilogue } from "../stage.ts";
import { moveDown } from "./lanes.ts";
import type { Product } from "./product.ts";

/** The product of the transposed matrices in opposite order, whose result is the transposed one. */
export function flipProduct({ a, b, ...product }: Product): Product {
  return {
    ...product,
    rows: product.columns,
    columns: product.rows,
    a: { place: b.place, rowStride: b.columnStride, columnStride: b.rowStride },
    b: { place: a.place, rowStride: a.columnStride, columnStride: a.rowStride },
    batch: product.batch.map(({ length, a, b }) => ({ length, a: b, b: a })),
  };
}

/** Hands the elements of the flipped product to the epilogue of the original one, one by one. */
export function flipEpilogue({ dtype }: Product, epilogue: Epilogue): Epilogue {
  return {
    begin(code, frame, { batch, row, column }) {
      const tile = epilogue.begin(code, frame, { batch, row: column, column: row });
      return {
        take(row, column, lanes, value) {
          for (let lane = 0; lane < lanes; lane++) {
            if (lane > 0) moveDown(code, dtype, value, lane);
            tile.take(column + lane, row, 1, lane > 0 ? code.take("v128") : value);
          }
        },
      };
    },
  };
}
