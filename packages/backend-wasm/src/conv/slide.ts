import { byteSize } from "@nn/core";
import type { Int } from "../assembler/index.ts";
import { lesser, moved, plus, splitIndex, times } from "../matmul/indices.ts";
import type { Panels } from "../matmul/panels.ts";
import { costOf } from "../matmul/product.ts";
import { TileWriter, tileHeight, type Turns } from "../matmul/tile.ts";
import { baseOf, type Epilogue, type Place, type Stage, type Target } from "../stage.ts";
import { spansOf, type Float } from "../vectors.ts";

/** A part of the inner axis: its length, and how far apart its elements are. */
export interface Axis {
  readonly length: number;
  readonly stride: number;
}

/**
 * A window that slides over images, as a product: its positions are the rows, and what is under it, in the order of the
 * axes, is the inner axis. All strides in elements.
 */
export interface Slide {
  readonly dtype: Float;
  readonly images: Axis;
  readonly rows: Axis;
  readonly columns: Axis;
  readonly window: readonly Axis[];
  readonly source: Place;
  /** The epilogue's rows: that of the first position, and how many from one image, row and column to the next. */
  readonly result: {
    readonly first: number;
    readonly image: number;
    readonly row: number;
    readonly column: number;
  };
  /** The other operand, in panels. */
  readonly packed: Place;
  readonly panels: readonly Panels[];
}

/** Loops over axes, of which those that follow each other without a gap become one; rows of `b` have `width` bytes. */
export function turnsOf(axes: readonly Axis[], size: number, width: number): readonly Turns[] {
  const joined: Axis[] = [];
  for (const axis of axes.toReversed()) {
    const inner = joined[0];
    if (inner && axis.stride === inner.length * inner.stride)
      joined[0] = { length: axis.length * inner.length, stride: inner.stride };
    else if (axis.length !== 1 || axes.length === 1) joined.unshift(axis);
  }
  const turns: Turns[] = [];
  let rows = 1;
  for (const { length, stride } of joined.toReversed()) {
    turns.unshift({ count: length, a: stride * size, b: rows * width });
    rows *= length;
  }
  return turns;
}

/**
 * Computes the product of a sliding window. A unit is an image or some rows of it, with all panels: so the image is read
 * from far away once.
 */
export function slideStage(
  slide: Slide,
  target: Target,
  epilogue: Epilogue,
  scratch: (bytes: number) => Place,
  name: string,
): Stage {
  const { dtype, images, rows, columns, window, source, result, packed, panels } = slide;
  const size = byteSize(dtype);
  const inner = window.reduce((total, { length }) => total * length, 1);
  const height = tileHeight(columns.length);
  const whole = columns.length - (columns.length % height);
  const fitting = Math.max(1, Math.floor(2 ** 18 / Math.max(1, rows.stride * size)));
  const block = Math.min(fitting, Math.ceil((rows.length * images.length) / 16), rows.length);
  const blocks = Math.ceil(rows.length / block);
  const units = images.length * blocks;
  const keptStride = panels[0]!.stored.width * size;
  const kept = target.wide ? scratch(units * height * keptStride) : undefined;
  const last = panels.at(-1)!;
  const positions = images.length * rows.length * columns.length;
  return {
    name,
    units,
    cost: costOf(dtype, positions * inner * (last.start + last.width * last.count), target),
    emit(code, frame, from, to) {
      const input = baseOf(code, frame, source);
      const filter = baseOf(code, frame, packed);
      const firstKept = kept && baseOf(code, frame, kept);
      const writer = new TileWriter(code, dtype, target);
      code.repeat(from, to, 1, (unit) => {
        const [image, part] = splitIndex(code, unit, [images.length, blocks]) as [Int, Int];
        const ownKept = firstKept && moved(code, firstKept, [unit], [height * keptStride]);
        const rowFrom = times(code, part, block);
        const rowTo = blocks === 1 ? rows.length : lesser(code, rowFrom, block, rows.length);
        const firstOfImage = plus(code, times(code, image, result.image), result.first);
        for (const { start, width, count, stored } of panels) {
          const vectors = spansOf(dtype, width);
          const turns = turnsOf(window, size, stored.width * size);
          code.repeat(0, count, 1, (panel) => {
            const column = plus(code, times(code, panel, width), start);
            const panelBytes = [stored.width * inner * size, stored.start * inner * size];
            const own = moved(code, filter, [panel, 1], panelBytes);
            code.repeat(rowFrom, rowTo, 1, (row) => {
              const strides = [images.stride * size, rows.stride * size];
              const line = moved(code, input, [image, row], strides);
              const firstPixel = plus(code, firstOfImage, times(code, row, result.row));
              const tileOf = (at: Int, tall: number): void => {
                let sums = writer.zeros(tall, vectors);
                writer.multiply(
                  sums,
                  {
                    address: moved(code, line, [at], [columns.stride * size]),
                    offset: source.offset,
                  },
                  columns.stride * size,
                  { address: moved(code, own, [], []), offset: packed.offset },
                  true,
                  turns,
                );
                if (ownKept && vectors.length > 1)
                  sums = writer.join(sums, { address: ownKept, offset: kept.offset }, keptStride);
                const pixel = plus(code, firstPixel, times(code, at, result.column));
                const tile = epilogue.begin(code, frame, { batch: 0, row: pixel, column });
                writer.finish(sums, tile, result.column);
              };
              code.repeat(0, whole, height, (at) => tileOf(at, height));
              if (whole < columns.length) tileOf(whole, columns.length - whole);
            });
          });
        }
      });
    },
  };
}
