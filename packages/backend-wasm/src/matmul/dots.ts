import { byteSize, sizeOf } from "@nn/core";
import { baseOf, type Epilogue, type Stage, type Target } from "../stage.ts";
import { addProduct, loadLanes, numbers, transposeLanes } from "../vectors.ts";
import { moved, splitIndex } from "./indices.ts";
import { takeLanes } from "./lanes.ts";
import { costOf, type Product } from "./product.ts";

/** A product of few rows whose second operand lies transposed: dot products of what follows each other in memory. */
export function dotStage(
  product: Product,
  target: Target,
  epilogue: Epilogue,
  name: string,
): Stage {
  const { dtype, rows, columns, inner, a, b, batch } = product;
  const size = byteSize(dtype);
  const full = numbers[dtype].lanes;
  const batches = batch.map(({ length }) => length);
  const images = sizeOf(batches);
  const groups = Math.ceil(columns / full);
  const rest = columns % full;
  return {
    name,
    units: images * groups,
    cost: costOf(dtype, 2 * rows * columns * inner * images, target),
    emit(code, frame, from, to) {
      const firstA = baseOf(code, frame, a.place);
      const firstB = baseOf(code, frame, b.place);
      const zero = (): void => void code.splat(numbers[dtype].type, 0);
      const sums = Array.from({ length: full }, () => code.local("v128"));
      code.repeat(from, to, 1, (unit) => {
        const [index, group] = splitIndex(code, unit, [images, groups]);
        const at = splitIndex(code, index!, batches);
        const baseA = moved(
          code,
          firstA,
          at,
          batch.map((axis) => axis.a * size),
        );
        const strides = [...batch.map((axis) => axis.b), full * b.columnStride];
        const baseB = moved(
          code,
          firstB,
          [...at, group!],
          strides.map((stride) => stride * size),
        );
        const column = code.int(group!).i32(full).op("i32.mul").take("i32");
        const dots = (count: number): void => {
          code.repeat(0, rows, 1, (row) => {
            const pa = moved(code, baseA, [row], [a.rowStride * size]);
            const pb = moved(code, baseB, [], []);
            for (const sum of sums) {
              zero();
              code.set(sum);
            }
            const step = (lanes: number): void => {
              loadLanes(code, dtype, pa, a.place.offset, lanes);
              const factor = code.take("v128");
              for (let n = 0; n < count; n++) {
                loadLanes(code, dtype, pb, b.place.offset + n * b.columnStride * size, lanes);
                const other = code.take("v128");
                addProduct(code, dtype, target.relaxed, sums[n]!, factor, other);
              }
            };
            code.repeat(0, inner - (inner % full), full, () => {
              step(full);
              for (const pointer of [pa, pb]) code.get(pointer).i32(16).op("i32.add").set(pointer);
            });
            if (inner % full !== 0) step(inner % full);
            const [first, ...others] = transposeLanes(code, sums);
            code.get(first!);
            for (const other of others) code.get(other).op(`${numbers[dtype].type}.add`);
            const total = code.take("v128");
            const tile = epilogue.begin(code, frame, { batch: index!, row, column });
            takeLanes(code, dtype, tile, 0, 0, count, total);
          });
        };
        if (rest === 0) dots(full);
        else if (groups === 1) dots(rest);
        else
          code
            .int(group!)
            .i32(groups - 1)
            .op("i32.ne")
            .when(
              () => dots(full),
              () => dots(rest),
            );
      });
    },
  };
}
