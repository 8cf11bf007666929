import { byteSize } from "@nn/core";
import { moved } from "../matmul/indices.ts";
import { copyRun } from "../runs.ts";
import { baseOf, type Place, type Stage } from "../stage.ts";
import type { Float } from "../vectors.ts";
import type { Images } from "./convolution.ts";

/** Copies images into larger ones, which are zero around them; `start` is where the first cell comes to lie. */
export function padStage(
  dtype: Float,
  images: number,
  from: Images & { readonly place: Place },
  to: Images & { readonly place: Place },
  [top, left]: readonly [number, number],
  name: string,
): Stage {
  const cell = from.channels * byteSize(dtype);
  const row = { from: from.width * cell, to: to.width * cell };
  const fromBytes = from.height * row.from;
  const toBytes = to.height * row.to;
  return {
    name: `${name} (padding)`,
    units: images,
    cost: (images * (fromBytes + toBytes)) / 10,
    emit(code, frame, fromUnit, toUnit) {
      const source = baseOf(code, frame, from.place);
      const target = baseOf(code, frame, to.place);
      code.repeat(fromUnit, toUnit, 1, (image) => {
        const input = moved(code, source, [image, 1], [fromBytes, from.place.offset]);
        const output = moved(code, target, [image, 1], [toBytes, to.place.offset]);
        const inside = moved(code, output, [1], [top * row.to + left * cell]);
        code.get(output).i32(0).i32(toBytes).fill();
        code.repeat(0, from.height, 1, (y) => {
          const read = moved(code, input, [y], [row.from]);
          copyRun(code, moved(code, inside, [y], [row.to]), read, row.from);
        });
      });
    },
  };
}
