import { byteSize } from "@nn/core";
import type { Code, Local } from "../assembler/index.ts";
import { loadLanes, numbers, spansOf, transposeLanes, type Float } from "../vectors.ts";
import { moved } from "./indices.ts";
import type { Source } from "./tile.ts";

/** A matrix that is copied into a panel; strides in elements. */
export interface Packed {
  readonly dtype: Float;
  readonly rows: number;
  readonly rowStride: number;
  readonly columnStride: number;
}

/**
 * Copies `columns` columns of a matrix so that their rows follow each other, in whole vectors with zeros at the end. The
 * address of `from` is not moved.
 */
export function writePanel(
  code: Code,
  { dtype, rows, rowStride, columnStride }: Packed,
  columns: number,
  from: Source,
  to: Source,
): void {
  const size = byteSize(dtype);
  const full = numbers[dtype].lanes;
  const vectors = spansOf(dtype, columns);
  const width = vectors.length * 16;
  const walk = (
    first: number,
    count: number,
    step: number,
    body: (source: Local, target: Local) => void,
  ): void => {
    if (count < step) return;
    const source = moved(code, from.address, [first], [rowStride * size]);
    const target = moved(code, to.address, [first], [width]);
    code.repeat(0, count - (count % step), step, () => {
      body(source, target);
      code
        .get(source)
        .i32(step * rowStride * size)
        .op("i32.add")
        .set(source);
      code
        .get(target)
        .i32(step * width)
        .op("i32.add")
        .set(target);
    });
  };
  if (columnStride === 1 || columns === 1) {
    walk(0, rows, 1, (source, target) => {
      for (const { offset, lanes } of vectors) {
        loadLanes(code, dtype, source, from.offset + offset * size, lanes);
        const value = code.take("v128");
        code
          .get(target)
          .get(value)
          .at("v128.store", to.offset + offset * size);
      }
    });
    return;
  }
  const isTransposed = rowStride === 1;
  const whole = isTransposed ? rows - (rows % full) : 0;
  const single = (offset: number, lanes: number, first: number): void =>
    walk(first, rows - first, 1, (source, target) => {
      code.get(target);
      for (let lane = 0; lane < full; lane++) {
        const at = from.offset + (offset + lane) * columnStride * size;
        if (lane === 0) loadLanes(code, dtype, source, at, 1);
        else if (lane < lanes) {
          const value = code.take("v128");
          code.get(source).get(value);
          code.at(`v128.load${numbers[dtype].bits}_lane`, at, lane);
        }
      }
      code.at("v128.store", to.offset + offset * size);
    });
  for (const { offset, lanes } of vectors) {
    const isWhole = isTransposed && lanes === full;
    if (isWhole)
      walk(0, rows, full, (source, target) => {
        const loaded = Array.from({ length: full }, (_, lane) =>
          code
            .get(source)
            .at("v128.load", from.offset + (offset + lane) * columnStride * size)
            .take("v128"),
        );
        transposeLanes(code, loaded).forEach((value, row) =>
          code
            .get(target)
            .get(value)
            .at("v128.store", to.offset + offset * size + row * width),
        );
      });
    single(offset, lanes, isWhole ? whole : 0);
  }
}
