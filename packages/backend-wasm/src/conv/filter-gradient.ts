import { byteSize } from "@nn/core";
import type { Int, Local } from "../assembler/index.ts";
import { lesser, minus, moved, plus, splitIndex, times } from "../matmul/indices.ts";
import { writePanel } from "../matmul/panel.ts";
import { forGroupOf, panelCount, storedColumns, type Panels } from "../matmul/panels.ts";
import { costOf } from "../matmul/product.ts";
import { TileWriter, tileHeight } from "../matmul/tile.ts";
import { baseOf, type Epilogue, type Place, type Stage, type Target } from "../stage.ts";
import { spansOf, type Float } from "../vectors.ts";
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
  const { dtype, images, rows, columns, window, panels } = correlation;
  const size = byteSize(dtype);
  const pieceImages = largestDivisor(images.length, imageBytes / (images.stride * size));
  const pieceRows =
    pieceImages > 1 ? rows.length : largestDivisor(rows.length, imageBytes / (rows.stride * size));
  const pieces = images.length / pieceImages;
  const cells = window.reduce((total, { length }) => total * length, 1);
  const sumBytes = cells * storedColumns(panels) * size;
  const blocks = Math.max(1, Math.min(16, pieces, Math.floor(partialBytes / sumBytes)));
  const pixels = pieceImages * pieceRows * columns.length;
  const pieceBytes = pixels * panels[0]!.stored.width * size;
  const plan: Plan = {
    ...correlation,
    cells,
    pieceImages,
    pieceRows,
    pieces,
    blocks,
    sumBytes,
    sums: scratch(blocks * sumBytes),
    pixels,
    pieceBytes,
    packed: scratch(blocks * panelCount(panels) * pieceBytes),
  };
  return [accumulateStage(plan, target, name), combineStage(plan, target, epilogue, name)];
}

/** How a correlation is divided, and where its parts are. */
interface Plan extends Correlation {
  /** The rows of the result. */
  readonly cells: number;
  /** The size of a piece, in images or, where it is less than one, in rows. */
  readonly pieceImages: number;
  readonly pieceRows: number;
  /** How many times that many images there are, and how many blocks these are divided into. */
  readonly pieces: number;
  readonly blocks: number;
  /** The sums of each block: for each panel, its columns of all cells. */
  readonly sums: Place;
  readonly sumBytes: number;
  /** For each unit, the panel of a piece's cotangents. */
  readonly packed: Place;
  readonly pixels: number;
  readonly pieceBytes: number;
}

/** A unit is a block of images and a panel of filters. */
function accumulateStage(plan: Plan, target: Target, name: string): Stage {
  const { dtype, images, rows, columns, window, source, cotangent, filters, panels } = plan;
  const { cells, pieceImages, pieceRows, pieces, blocks, pixels, packed } = plan;
  const size = byteSize(dtype);
  const run = window.at(-1)!.length;
  const lines = window.slice(0, -1).map(({ length }) => length);
  const count = panelCount(panels);
  const height = tileHeight(run);
  const perBlock = Math.ceil(pieces / blocks);
  const piece = [{ ...images, length: pieceImages }, { ...rows, length: pieceRows }, columns];
  return {
    name,
    units: blocks * count,
    cost: costOf(dtype, images.length * rows.length * columns.length * cells * filters, target),
    emit(code, frame, from, to) {
      const firstInput = baseOf(code, frame, source);
      const firstOther = baseOf(code, frame, cotangent);
      const firstSums = baseOf(code, frame, plan.sums);
      const firstPacked = baseOf(code, frame, packed);
      const writer = new TileWriter(code, dtype, target);

      /** Adds the products of a piece and one panel to sums. */
      const addPiece = (
        input: Local,
        other: Local,
        sums: Local,
        { stored, width }: Panels,
      ): void => {
        const stride = stored.width * size;
        const vectors = spansOf(dtype, width);
        const turns = turnsOf(piece, size, stride);
        code.repeat(0, cells / run, 1, (line) => {
          const strides = window.map((axis) => axis.stride * size);
          const lineA = moved(code, input, splitIndex(code, line, lines), strides);
          const lineSums = moved(code, sums, [line], [run * stride]);
          const tileOf = (cell: Int, tall: number): void => {
            const address = moved(code, lineSums, [cell], [stride]);
            const place = { address, offset: plan.sums.offset };
            const tile = writer.load(tall, vectors, place, stride);
            const a = { address: moved(code, lineA, [cell], [size]), offset: source.offset };
            const b = { address: moved(code, other, [], []), offset: packed.offset };
            writer.multiply(tile, a, size, b, true, turns);
            writer.store(tile, place, stride);
          };
          code.repeat(0, run - (run % height), height, (cell) => tileOf(cell, height));
          if (run % height !== 0) tileOf(run - (run % height), run % height);
        });
      };

      code.repeat(from, to, 1, (unit) => {
        const [block, panel] = splitIndex(code, unit, [blocks, count]) as [Int, Int];
        const own = moved(code, firstPacked, [unit], [plan.pieceBytes]);
        const first = times(code, block, perBlock);
        const end = blocks === 1 ? pieces : lesser(code, first, perBlock, pieces);
        forGroupOf(code, panels, panel, (group) => {
          const { start, width, stored } = group;
          const bytes = cells * stored.width * size;
          const number = minus(code, panel, group.first);
          const sumStrides = [plan.sumBytes, bytes, stored.start * cells * size];
          const sums = moved(code, firstSums, [block, number, 1], sumStrides);
          code
            .get(moved(code, sums, [1], [plan.sums.offset]))
            .i32(0)
            .i32(bytes)
            .fill();
          const column = plus(code, times(code, number, width), start);
          const pixelBytes = filters * size;
          const rowBytes = columns.length * pixelBytes;
          const otherStrides = [pieceImages * rows.length * rowBytes, rowBytes, size];
          const inputStrides = [pieceImages * images.stride * size, rows.stride * size];
          code.repeat(first, end, 1, (at) =>
            code.repeat(0, rows.length, pieceRows, (row) => {
              writePanel(
                code,
                { dtype, rows: pixels, rowStride: filters, columnStride: 1 },
                width,
                {
                  address: moved(code, firstOther, [at, row, column], otherStrides),
                  offset: cotangent.offset,
                },
                { address: own, offset: packed.offset },
              );
              const input = moved(code, firstInput, [at, row], inputStrides);
              addPiece(input, own, sums, group);
            }),
          );
        });
      });
    },
  };
}

/** Adds the sums of all blocks, always in the same order; a unit is some cells. */
function combineStage(plan: Plan, target: Target, epilogue: Epilogue, name: string): Stage {
  const { dtype, cells, filters, panels, blocks, sumBytes } = plan;
  const { offset } = plan.sums;
  const size = byteSize(dtype);
  const height = tileHeight(cells);
  const whole = cells - (cells % height);
  const share = height * Math.ceil(cells / height / 16);
  const units = Math.ceil(cells / share);
  return {
    name: `${name} (sums)`,
    units,
    cost: (blocks * cells * filters) / 8,
    emit(code, frame, from, to) {
      const firstSums = baseOf(code, frame, plan.sums);
      const writer = new TileWriter(code, dtype, target);
      code.repeat(from, to, 1, (unit) => {
        const first = times(code, unit, share);
        const end = lesser(code, first, share, whole);
        for (const { start, width, count, stored } of panels) {
          const stride = stored.width * size;
          const vectors = spansOf(dtype, width);
          code.repeat(0, count, 1, (panel) => {
            const strides = [cells * stride, stored.start * cells * size];
            const sums = moved(code, firstSums, [panel, 1], strides);
            const column = plus(code, times(code, panel, width), start);
            const tileOf = (row: Int, tall: number): void => {
              const address = moved(code, sums, [row], [stride]);
              const tile = writer.load(tall, vectors, { address, offset }, stride);
              code.repeat(1, blocks, 1, () => {
                code.get(address).i32(sumBytes).op("i32.add").set(address);
                writer.add(tile, { address, offset }, stride);
              });
              writer.finish(tile, epilogue.begin(code, frame, { batch: 0, row, column }));
            };
            code.repeat(first, end, height, (row) => tileOf(row, height));
            if (whole === cells) return;
            code
              .int(unit)
              .i32(units - 1)
              .op("i32.eq");
            code.when(() => tileOf(whole, cells - whole));
          });
        }
      });
    },
  };
}

/** The largest divisor of a number up to a bound, at least 1. */
function largestDivisor(of: number, bound: number): number {
  let divisor = Math.max(1, Math.min(of, Math.floor(bound)));
  while (of % divisor !== 0) divisor--;
  return divisor;
}
