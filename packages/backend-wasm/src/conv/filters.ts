import { byteSize } from "@nn/core";
import { moved, splitIndex } from "../matmul/indices.ts";
import { writePanel } from "../matmul/panel.ts";
import { forGroupOf, panelCount, type Panels } from "../matmul/panels.ts";
import { baseOf, type Place, type Stage } from "../stage.ts";
import type { Float } from "../vectors.ts";

/** A filter [height, width, channels, filters] as the second operand of a product. */
export interface Filter {
  readonly dtype: Float;
  readonly width: number;
  readonly channels: number;
  readonly filters: number;
  readonly place: Place;
}

/** Some rows or columns of a filter, in their order: the first one, and how many from one to the next. */
export interface Taps {
  readonly first: number;
  readonly step: number;
  readonly length: number;
}

/**
 * Copies cells of a filter into panels: for each, a matrix of channels × filters, or of filters × channels for the
 * input's gradient.
 */
export function filterStage(
  { dtype, width: filterWidth, channels, filters, place }: Filter,
  [vertical, horizontal]: readonly [Taps, Taps],
  isTransposed: boolean,
  panels: readonly Panels[],
  packed: Place,
  name: string,
): Stage {
  const size = byteSize(dtype);
  const rows = isTransposed ? filters : channels;
  const matrix = channels * filters * size;
  const between = isTransposed ? filters * size : size;
  const cells = vertical.length * horizontal.length;
  const firstCell = vertical.first * filterWidth + horizontal.first;
  const steps = [vertical.step * filterWidth * matrix, horizontal.step * matrix];
  return {
    name: `${name} (packing)`,
    units: panelCount(panels),
    cost: (cells * channels * filters) / 3,
    emit(code, frame, from, to) {
      const source = baseOf(code, frame, place);
      const target = baseOf(code, frame, packed);
      code.repeat(from, to, 1, (panel) => {
        forGroupOf(code, panels, panel, ({ start, width, first, stored }) => {
          code.repeat(0, cells, 1, (cell) => {
            const at = splitIndex(code, cell, [vertical.length, horizontal.length]);
            const begin = firstCell * matrix + (start - first * width) * between;
            const panelBytes = stored.width * cells * rows * size;
            const skipped = (stored.start - first * stored.width) * cells * rows * size;
            writePanel(
              code,
              {
                dtype,
                rows,
                rowStride: isTransposed ? 1 : filters,
                columnStride: isTransposed ? filters : 1,
              },
              width,
              {
                address: moved(code, source, [panel, ...at, 1], [width * between, ...steps, begin]),
                offset: place.offset,
              },
              {
                address: moved(
                  code,
                  target,
                  [panel, cell, 1],
                  [panelBytes, stored.width * rows * size, skipped],
                ),
                offset: packed.offset,
              },
            );
          });
        });
      });
    },
  };
}
