import type { Int } from "../assembler/index.ts";
import { lesser, moved, plus, splitIndex, times } from "../matmul/indices.ts";
import { sizeOf, type Float } from "../matmul/lanes.ts";
import { writePanel } from "../matmul/panel.ts";
import { panelCount, storedColumns, type Panels } from "../matmul/panels.ts";
import { costOf } from "../matmul/product.ts";
import { TileWriter, divideColumns, tileHeight } from "../matmul/tile.ts";
import { baseOf, type Epilogue, type Place, type Stage, type Target } from "../stage.ts";
import { turnsOf, type Axis } from "./slide.ts";

/** Sums over the positions of a window of what is under it, times the cotangents there. All strides in elements. */
export interface Correlation {
  readonly dtype: Float;
  /** The positions. */
  readonly images: Axis;
  readonly rows: Axis;
  readonly columns: Axis;
  /** What is under the window; the elements of the last axis follow each other. */
  readonly window: readonly Axis[];
  readonly source: Place;
  /** [images, rows, columns, filters] */
  readonly cotangent: Place;
  readonly filters: number;
  readonly panels: readonly Panels[];
}

/** What images may take of the first cache, and all partial sums of memory, in bytes. */
const imageBytes = 24 * 1024;
const partialBytes = 8 * 1024 * 1024;

/**
 * Sums that are as long as there are pixels in all images. Images are divided into blocks, as many whoever computes
 * them, and sums are made for each block and panel of filters: piece by piece, a few images or some rows of one, which
 * stay in the cache while all their products are added to sums in memory. The second stage adds the blocks' sums.
 */
export function correlationStages(
  correlation: Correlation,
  target: Target,
  epilogue: Epilogue,
  scratch: (bytes: number) => Place,
  name: string,
): readonly Stage[] {
  const { dtype, images, rows, columns, window, source, cotangent, filters, panels } = correlation;
  const size = sizeOf(dtype);
  const run = window.at(-1)!.length;
  const lines = window.slice(0, -1).map(({ length }) => length);
  const cells = lines.reduce((total, length) => total * length, run);
  const together = largestDivisor(images.length, imageBytes / (images.stride * size));
  const tall =
    together > 1 ? rows.length : largestDivisor(rows.length, imageBytes / (rows.stride * size));
  const pieces = images.length / together;
  const sumBytes = cells * storedColumns(panels) * size;
  const blocks = Math.max(1, Math.min(16, pieces, Math.floor(partialBytes / sumBytes)));
  const inBlock = Math.ceil(pieces / blocks);
  const pixels = together * tall * columns.length;
  const widest = panels[0]!.stored.width;
  const count = panelCount(panels);
  const partial = scratch(blocks * sumBytes);
  const packed = scratch(blocks * count * pixels * widest * size);
  const height = tileHeight(run);
  const accumulate: Stage = {
    name,
    units: blocks * count,
    cost: costOf(dtype, images.length * rows.length * columns.length * cells * filters, target),
    emit(code, frame, from, to) {
      const input = baseOf(code, frame, source);
      const other = baseOf(code, frame, cotangent);
      const firstPartial = baseOf(code, frame, partial);
      const firstPacked = baseOf(code, frame, packed);
      const writer = new TileWriter(code, dtype, target);
      code.repeat(from, to, 1, (unit) => {
        const [block, panel] = splitIndex(code, unit, [blocks, count]) as [Int, Int];
        const address = moved(code, firstPacked, [unit], [pixels * widest * size]);
        const piece = { address, offset: packed.offset };
        const first = times(code, block, inBlock);
        const end = blocks === 1 ? pieces : lesser(code, first, inBlock, pieces);
        for (const { start, width, first: before, count: alike, stored } of panels) {
          const stride = stored.width * size;
          const vectors = divideColumns(dtype, width);
          const write = (): void => {
            const panelBytes = cells * stride;
            const skipped = stored.start * cells * size - before * panelBytes;
            const sums = moved(
              code,
              firstPartial,
              [block, panel, 1],
              [sumBytes, panelBytes, skipped],
            );
            code.get(sums).i32(partial.offset).op("i32.add").i32(0).i32(panelBytes).fill();
            code.repeat(first, end, 1, (group) => {
              code.repeat(0, rows.length, tall, (row) => {
                const pixel = [group, row, panel, 1];
                const strides = [
                  together * rows.length * columns.length * filters,
                  columns.length * filters,
                  width,
                  start - before * width,
                ];
                const own = moved(
                  code,
                  other,
                  pixel,
                  strides.map((stride) => stride * size),
                );
                writePanel(
                  code,
                  { dtype, rows: pixels, rowStride: filters, columnStride: 1 },
                  width,
                  { address: own, offset: cotangent.offset },
                  piece,
                );
                const image = moved(
                  code,
                  input,
                  [group, row],
                  [together * images.stride * size, rows.stride * size],
                );
                const turns = turnsOf(
                  [{ ...images, length: together }, { ...rows, length: tall }, columns],
                  size,
                  stride,
                );
                code.repeat(0, cells / run, 1, (line) => {
                  const at = splitIndex(code, line, lines);
                  const lineA = moved(
                    code,
                    image,
                    at,
                    window.map((axis) => axis.stride * size),
                  );
                  const lineSums = moved(code, sums, [line], [run * stride]);
                  const tileOf = (cell: Int, tall: number): void => {
                    const place = {
                      address: moved(code, lineSums, [cell], [stride]),
                      offset: partial.offset,
                    };
                    const tile = writer.load(tall, vectors, place, stride);
                    const a = {
                      address: moved(code, lineA, [cell], [size]),
                      offset: source.offset,
                    };
                    const b = { address: moved(code, address, [], []), offset: packed.offset };
                    writer.multiply(tile, a, size, b, true, turns);
                    writer.store(tile, place, stride);
                  };
                  code.repeat(0, run - (run % height), height, (cell) => tileOf(cell, height));
                  if (run % height !== 0) tileOf(run - (run % height), run % height);
                });
              });
            });
          };
          code.int(panel).i32(before).op("i32.sub").i32(alike).op("i32.lt_u").when(write);
        }
      });
    },
  };
  const sumHeight = tileHeight(cells);
  const wholeCells = cells - (cells % sumHeight);
  const share = sumHeight * Math.ceil(cells / sumHeight / 16);
  const combine: Stage = {
    name: `${name} (sums)`,
    units: Math.ceil(cells / share),
    cost: (blocks * cells * filters) / 8,
    emit(code, frame, from, to) {
      const firstPartial = baseOf(code, frame, partial);
      const writer = new TileWriter(code, dtype, target);
      code.repeat(from, to, 1, (unit) => {
        const first = times(code, unit, share);
        const end = lesser(code, first, share, wholeCells);
        for (const { start, width, count, stored } of panels) {
          const stride = stored.width * size;
          const vectors = divideColumns(dtype, width);
          code.repeat(0, count, 1, (panel) => {
            const strides = [cells * stride, stored.start * cells * size];
            const sums = moved(code, firstPartial, [panel, 1], strides);
            const column = plus(code, times(code, panel, width), start);
            const tileOf = (row: Int, tall: number): void => {
              const address = moved(code, sums, [row], [stride]);
              const tile = writer.load(tall, vectors, { address, offset: partial.offset }, stride);
              code.repeat(1, blocks, 1, () => {
                code.get(address).i32(sumBytes).op("i32.add").set(address);
                writer.add(tile, { address, offset: partial.offset }, stride);
              });
              writer.finish(tile, epilogue.begin(code, frame, { batch: 0, row, column }));
            };
            code.repeat(first, end, sumHeight, (row) => tileOf(row, sumHeight));
            if (wholeCells < cells)
              code
                .int(unit)
                .i32(Math.ceil(cells / share) - 1)
                .op("i32.eq")
                .when(() => tileOf(wholeCells, cells - wholeCells));
          });
        }
      });
    },
  };
  return [accumulate, combine];
}

/** The largest divisor of a number up to a bound, at least 1. */
function largestDivisor(of: number, bound: number): number {
  let divisor = Math.max(1, Math.min(of, Math.floor(bound)));
  while (of % divisor !== 0) divisor--;
  return divisor;
}
