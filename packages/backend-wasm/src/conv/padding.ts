import type { Code, Local } from "../assembler/index.ts";
import { moved } from "../matmul/indices.ts";
import { sizeOf, type Float } from "../matmul/lanes.ts";
import { baseOf, type Place, type Stage } from "../stage.ts";
import type { Images } from "./convolution.ts";

/** How cells of an image come to lie in a larger one, by axis: from where on, and how far apart. */
export interface Placement {
  readonly start: readonly [number, number];
  readonly step: readonly [number, number];
}

/** Copies images into others that are zero where no cell comes to lie; cells that would lie outside are left out. */
export function padStage(
  dtype: Float,
  images: number,
  from: Images & { readonly place: Place },
  to: Images & { readonly place: Place },
  { start, step }: Placement,
  name: string,
): Stage {
  const cell = from.channels * sizeOf(dtype);
  const bytes = (image: Images): number => image.height * image.width * cell;
  const lengths = [
    [from.height, to.height],
    [from.width, to.width],
  ] as const;
  const ranges = lengths.map(([own, other], axis) => {
    const first = Math.max(0, Math.ceil(-start[axis]! / step[axis]!));
    const end = Math.min(own, Math.floor((other - 1 - start[axis]!) / step[axis]!) + 1);
    return { first, count: Math.max(0, end - first), to: first * step[axis]! + start[axis]! };
  });
  const [rows, columns] = ranges as [(typeof ranges)[0], (typeof ranges)[0]];
  return {
    name: `${name} (padding)`,
    units: images,
    cost: (images * (bytes(from) + bytes(to))) / 10,
    emit(code, frame, fromUnit, toUnit) {
      const source = baseOf(code, frame, from.place);
      const target = baseOf(code, frame, to.place);
      code.repeat(fromUnit, toUnit, 1, (image) => {
        const input = moved(code, source, [image, 1], [bytes(from), from.place.offset]);
        const output = moved(code, target, [image, 1], [bytes(to), to.place.offset]);
        code.get(output).i32(0).i32(bytes(to)).fill();
        if (rows.count * columns.count === 0) return;
        code.repeat(0, rows.count, 1, (row) => {
          const read = moved(
            code,
            input,
            [row, 1],
            [from.width * cell, (rows.first * from.width + columns.first) * cell],
          );
          const write = moved(
            code,
            output,
            [row, 1],
            [step[0] * to.width * cell, (rows.to * to.width + columns.to) * cell],
          );
          if (step[1] === 1) copyBytes(code, write, read, columns.count * cell);
          else
            code.repeat(0, columns.count, 1, (column) =>
              copyBytes(
                code,
                moved(code, write, [column], [step[1] * cell]),
                moved(code, read, [column], [cell]),
                cell,
              ),
            );
        });
      });
    },
  };
}

/** Copies a number of bytes that 4 divides: few of them here, as `memory.copy` is a call. */
function copyBytes(code: Code, to: Local, from: Local, bytes: number): void {
  if (bytes > 256) {
    code.get(to).get(from).i32(bytes).copy();
    return;
  }
  let at = 0;
  for (; at + 16 <= bytes; at += 16)
    code.get(to).get(from).at("v128.load", at).at("v128.store", at);
  for (; at < bytes; at += 4) code.get(to).get(from).at("i32.load", at).at("i32.store", at);
}
