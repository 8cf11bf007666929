import { byteSize } from "@nn/core";
import { copyRun } from "../runs.ts";
import type { Kernel } from "./kernel.ts";
import { addressAt, addressOf, advance, around, bytesOf, smaller } from "./memory.ts";

/** The bytes of a unit where there is one long row. */
const partBytes = 1 << 16;
/** The most inputs that one function copies: it has a few variables for each, and can't have any number of them. */
const mostParts = 1000;

/** Copies inputs side by side into rows, which are its units; one long row is divided into parts of equal size. */
export const concat: Kernel = ({ name, inputs, outputs, params }) => {
  const [output] = outputs;
  const axis = params["axis"] as number;
  const { outer } = around(output!.shape, axis);
  const total = bytesOf(output!);
  if (total === 0) return [];
  let width = 0;
  const parts = inputs.flatMap((input) => {
    const { length, inner } = around(input.shape, axis);
    const bytes = length * inner * byteSize(input.dtype);
    const start = width;
    width += bytes;
    return bytes === 0 ? [] : [{ input, start, bytes }];
  });
  const isDivided = outer === 1 && total > partBytes;
  const stages = Math.ceil(parts.length / mostParts);
  return Array.from({ length: stages }, (_, stage) => {
    const some = parts.slice(stage * mostParts, (stage + 1) * mostParts);
    return {
      name,
      units: isDivided ? Math.ceil(total / partBytes) : outer,
      cost: 2 * outer * some.length + total / 20 / stages,
      emit(code, frame, from, to) {
        const target = addressOf(code, frame, output!);
        for (const { input, start, bytes } of some) {
          const source = addressOf(code, frame, input);
          if (isDivided) {
            const first = code.get(from).i32(partBytes).op("i32.mul").take("i32");
            code.i32(start).get(first).i32(start).get(first).op("i32.gt_s").op("select");
            const low = code.take("i32");
            const last = code.get(to).i32(partBytes).op("i32.mul").take("i32");
            const high = smaller(code, last, start + bytes);
            code.get(low).get(high).op("i32.lt_s");
            code.when(() => {
              code.get(target).get(low).op("i32.add");
              code.get(source).get(low).op("i32.add").i32(start).op("i32.sub");
              code.get(high).get(low).op("i32.sub").copy();
            });
          } else {
            const row = advance(code, addressAt(code, target, from, width), start);
            const part = addressAt(code, source, from, bytes);
            code.repeat(from, to, 1, () => {
              copyRun(code, row, part, bytes);
              advance(code, row, width);
              advance(code, part, bytes);
            });
          }
        }
      },
    };
  });
};
