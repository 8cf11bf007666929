import { byteSize, sizeOf } from "@nn/core";
import type { Int } from "../assembler/index.ts";
import { baseOf, type Epilogue, type Place, type Stage, type Target } from "../stage.ts";
import { spansOf } from "../vectors.ts";
import { lesser, minus, moved, plus, splitIndex, times } from "./indices.ts";
import { forGroupOf, panelCount, type Panels } from "./panels.ts";
import { costOf, type Product } from "./product.ts";
import { TileWriter, tileHeight, type Source } from "./tile.ts";

/** From this length on, the inner axis is divided into blocks, and sums are kept in memory between them. */
const longInner = 2048;
/** Below this length of the inner axis, joining vectors is not worth what it takes; see `TileWriter`. */
const shortInner = 8;
/** What a block of rows may take of the second cache, in bytes. */
const rowBlockBytes = 256 * 1024;

/**
 * Computes a product tile by tile. A unit is a block of rows times a panel of columns: the panel stays in the first
 * cache meanwhile, and the rows in the second, as the units of all panels follow each other. A sum is made in the order
 * of the inner axis, in blocks of fixed sizes, so that it does not depend on who makes it.
 */
export function tileStage(
  product: Product,
  panels: readonly Panels[],
  isPacked: boolean,
  target: Target,
  epilogue: Epilogue,
  scratch: (bytes: number) => Place,
  name: string,
): Stage {
  const { dtype, rows, columns, inner, a, b, batch } = product;
  const size = byteSize(dtype);
  const height = tileHeight(rows);
  const whole = rows - (rows % height);
  const depths = Math.max(1, Math.ceil(inner / longInner));
  const depth = Math.ceil(inner / depths / 4) * 4;
  const batches = batch.map(({ length }) => length);
  const images = sizeOf(batches);
  const count = panelCount(panels);
  const block = blockHeight(product, height, Math.min(inner, depth), images * count);
  const blocks = Math.ceil(rows / block);
  const units = images * blocks * count;
  const partialStride = panels[0]!.stored.width * size;
  const isBlocked = depths > 1;
  const keptRows = isBlocked ? block : height;
  const isJoined = target.wide && inner >= shortInner;
  const kept = isBlocked || isJoined ? scratch(units * keptRows * partialStride) : undefined;
  return {
    name,
    units,
    cost: costOf(dtype, images * rows * columns * inner, target),
    emit(code, frame, from, to) {
      const firstA = baseOf(code, frame, a.place);
      const firstB = baseOf(code, frame, b.place);
      const firstKept = kept && baseOf(code, frame, kept);
      const writer = new TileWriter(code, dtype, target);
      const unitOf = (unit: Int): void => {
        const [index, at, panel] = splitIndex(code, unit, [images, blocks, count]) as [
          Int,
          Int,
          Int,
        ];
        const indices = splitIndex(code, index, batches);
        const baseA = moved(
          code,
          firstA,
          indices,
          batch.map((axis) => axis.a * size),
        );
        const baseB = moved(
          code,
          firstB,
          indices,
          batch.map((axis) => axis.b * size),
        );
        const sums = firstKept && moved(code, firstKept, [unit], [keptRows * partialStride]);
        const rowFrom = times(code, at, block);
        const rowTo = blocks === 1 ? whole : lesser(code, rowFrom, block, whole);

        /** Tiles of one panel, over a part of the inner axis. */
        const sweep = (
          group: Panels,
          panelB: Source,
          column: Int,
          k: Int,
          length: number,
          isLast: boolean,
        ): void => {
          const { width, stored } = group;
          const stepB = isPacked ? stored.width : b.rowStride;
          const vectors = spansOf(dtype, width);
          const tileOf = (row: Int, tall: number): void => {
            const addressA = moved(
              code,
              baseA,
              [row, k],
              [a.rowStride * size, a.columnStride * size],
            );
            const addressB = moved(code, panelB.address, [k], [stepB * size]);
            const place = sums && {
              address: isBlocked
                ? moved(code, sums, [minus(code, row, rowFrom)], [partialStride])
                : sums,
              offset: kept.offset,
            };
            let tile = isBlocked
              ? writer.load(tall, vectors, place!, partialStride)
              : writer.zeros(tall, vectors);
            writer.multiply(
              tile,
              { address: addressA, offset: a.place.offset },
              a.rowStride * size,
              { address: addressB, offset: panelB.offset },
              isPacked,
              [{ count: length, a: a.columnStride * size, b: stepB * size }],
            );
            if (!isLast) return writer.store(tile, place!, partialStride);
            if (isJoined && vectors.length > 1) tile = writer.join(tile, place!, partialStride);
            writer.finish(tile, epilogue.begin(code, frame, { batch: index, row, column }));
          };
          code.repeat(rowFrom, rowTo, height, (row) => tileOf(row, height));
          if (whole === rows) return;
          if (blocks === 1) tileOf(whole, rows - whole);
          else
            code
              .int(at)
              .i32(blocks - 1)
              .op("i32.eq")
              .when(() => tileOf(whole, rows - whole));
        };

        forGroupOf(code, panels, panel, (group) => {
          const { start, width, first, stored } = group;
          const number = group.count === 1 ? 0 : minus(code, panel, first);
          const column = plus(code, times(code, number, width), start);
          const panelBytes = stored.width * inner * size;
          const address = isPacked
            ? moved(code, baseB, [number, 1], [panelBytes, stored.start * inner * size])
            : moved(code, baseB, [column], [size]);
          const panelB = { address, offset: b.place.offset };
          const last = (depths - 1) * depth;
          if (isBlocked) {
            code.get(moved(code, sums!, [1], [kept!.offset]));
            code
              .i32(0)
              .i32(block * partialStride)
              .fill();
            code.repeat(0, last, depth, (k) => sweep(group, panelB, column, k, depth, false));
          }
          sweep(group, panelB, column, last, inner - last, true);
        });
      };
      code.repeat(from, to, 1, unitOf);
    },
  };
}

/** Rows of a block: few enough for the cache and for threads to divide, but enough to use a panel several times. */
function blockHeight(
  { dtype, rows }: Product,
  height: number,
  inner: number,
  others: number,
): number {
  const cached = rowBlockBytes / (Math.max(1, inner) * byteSize(dtype));
  const shared = (rows * others) / 16;
  const most = Math.max(32, Math.min(cached, Math.max(shared, 64)));
  // Blocks of about the same height, so that threads have as much to do as each other.
  const blocks = Math.ceil(rows / (Math.ceil(most / height) * height));
  return Math.ceil(rows / blocks / height) * height;
}
