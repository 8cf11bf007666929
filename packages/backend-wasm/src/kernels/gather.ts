import { byteSize, sizeOf } from "@nn/core";
import { copyRun, fillRun } from "../runs.ts";
import type { Kernel } from "./kernel.ts";
import { addressAt, addressOf, advance, around, zeros } from "./memory.ts";

/** Copies the rows that indices point at, which are its units, and writes zeros where they point outside. */
export const gather: Kernel = ({ name, inputs, outputs, params }) => {
  const [x, indices] = inputs;
  const [output] = outputs;
  const { outer, length, inner } = around(x!.shape, params["axis"] as number);
  const count = sizeOf(indices!.shape);
  const row = inner * byteSize(x!.dtype);
  const units = outer * count;
  if (units * row === 0) return [];
  return [
    {
      name,
      units,
      cost: units * (2 + row / 20),
      emit(code, frame, from, to) {
        const source = addressOf(code, frame, x!);
        const index = addressOf(code, frame, indices!);
        const target = addressAt(code, addressOf(code, frame, output!), from, row);
        const last = addressAt(code, index, count, 4);
        if (outer > 1) {
          code
            .get(from)
            .i32(count)
            .op("i32.div_u")
            .i32(length * row)
            .op("i32.mul");
          code.get(source).op("i32.add").set(source);
        }
        code.get(index).get(from).i32(count).op("i32.rem_u").i32(4).op("i32.mul");
        code.op("i32.add").set(index);
        code.repeat(from, to, 1, () => {
          const at = code.get(index).at("i32.load").take("i32");
          code.get(at).i32(length).op("i32.lt_u");
          code.when(
            () => copyRun(code, target, addressAt(code, source, at, row), row),
            () => fillRun(code, target, row, zeros),
          );
          advance(code, target, row);
          advance(code, index, 4);
          if (outer === 1) return;
          code.get(index).get(last).op("i32.eq");
          code.when(() => {
            advance(code, index, -4 * count);
            advance(code, source, length * row);
          });
        });
      },
    },
  ];
};
