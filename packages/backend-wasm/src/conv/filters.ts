import { moved } from "../matmul/indices.ts";
import { sizeOf, type Float } from "../matmul/lanes.ts";
import { writePanel } from "../matmul/panel.ts";
import { forGroupOf, panelCount, type Panels } from "../matmul/panels.ts";
import { baseOf, type Place, type Stage } from "../stage.ts";

/** A filter [cells, channels, filters] as the second operand of a product. */
export interface Filter {
  readonly dtype: Float;
  readonly cells: number;
  readonly channels: number;
  readonly filters: number;
  readonly place: Place;
}

/**
 * Copies a filter into panels: for each cell, a matrix of channels × filters, or, for the input's gradient, with the
 * last cell first, filters × channels.
 */
export function filterStage(
  { dtype, cells, channels, filters, place }: Filter,
  isFlipped: boolean,
  panels: readonly Panels[],
  packed: Place,
  name: string,
): Stage {
  const size = sizeOf(dtype);
  const rows = isFlipped ? filters : channels;
  const matrix = channels * filters * size;
  const between = isFlipped ? filters * size : size;
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
            const matrices = isFlipped ? -matrix : matrix;
            const begin =
              (isFlipped ? (cells - 1) * matrix : 0) + (start - first * width) * between;
            const panelBytes = stored.width * cells * rows * size;
            const skipped = (stored.start - first * stored.width) * cells * rows * size;
            writePanel(
              code,
              {
                dtype,
                rows,
                rowStride: isFlipped ? 1 : filters,
                columnStride: isFlipped ? filters : 1,
              },
              width,
              {
                address: moved(code, source, [panel, cell, 1], [width * between, matrices, begin]),
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
