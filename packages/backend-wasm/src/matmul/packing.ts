import { byteSize, sizeOf } from "@nn/core";
import { baseOf, type Stage } from "../stage.ts";
import { moved, splitIndex } from "./indices.ts";
import { writePanel } from "./panel.ts";
import { forGroupOf, panelCount, type Panels } from "./panels.ts";
import type { Product } from "./product.ts";

/** Copies the second operand of a product into panels, once for each part of the batch where it is another one. */
export function packStage(
  { dtype, inner, b, batch }: Product,
  packed: Product,
  panels: readonly Panels[],
  name: string,
): Stage {
  const size = byteSize(dtype);
  const axes = batch.map((axis, i) => ({
    length: axis.b === 0 ? 1 : axis.length,
    from: axis.b,
    to: packed.batch[i]!.b,
  }));
  const lengths = [...axes.map(({ length }) => length), panelCount(panels)];
  const units = sizeOf(lengths);
  return {
    name: `${name} (packing)`,
    units,
    cost: (units * inner * panels[0]!.width) / (b.columnStride === 1 ? 8 : 3),
    emit(code, frame, from, to) {
      const source = baseOf(code, frame, b.place);
      const target = baseOf(code, frame, packed.b.place);
      code.repeat(from, to, 1, (unit) => {
        const indices = splitIndex(code, unit, lengths);
        const at = indices.slice(0, -1);
        const panel = indices.at(-1)!;
        forGroupOf(code, panels, panel, ({ start, width, first, stored }) => {
          // Panels count from 0; the constant part of where this group begins goes into the offsets.
          const column = start - first * width;
          const storedColumn = stored.start - first * stored.width;
          const strides = axes.map((axis) => axis.from * size);
          const strideTo = axes.map((axis) => axis.to * size);
          writePanel(
            code,
            { dtype, rows: inner, rowStride: b.rowStride, columnStride: b.columnStride },
            width,
            {
              address: moved(
                code,
                source,
                [...at, panel, 1],
                [...strides, width * b.columnStride * size, column * b.columnStride * size],
              ),
              offset: b.place.offset,
            },
            {
              address: moved(
                code,
                target,
                [...at, panel, 1],
                [...strideTo, stored.width * inner * size, storedColumn * inner * size],
              ),
              offset: packed.b.place.offset,
            },
          );
        });
      });
    },
  };
}
