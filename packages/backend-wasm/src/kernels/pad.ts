import { allocate, byteSize, sizeOf, type DType } from "@nn/core";
import type { Code, Local } from "../assembler/index.ts";
import { copyRun, fillRun } from "../runs.ts";
import type { Kernel } from "./kernel.ts";
import { addressAt, addressOf, advance, bytesOf } from "./memory.ts";

/** What is before, in, and behind an axis. */
type Axis = readonly [low: number, length: number, high: number];

/** Copies with cells of one value around; its units are the positions of the first axis of the result. */
export const pad: Kernel = ({ name, inputs, outputs, params }) => {
  const [x] = inputs;
  const [output] = outputs;
  if (sizeOf(output!.shape) === 0) return [];
  const axes = joined(
    x!.shape,
    params["low"] as readonly number[],
    params["high"] as readonly number[],
  );
  const pattern = splat(params["value"] as number, x!.dtype);
  const whole = ([low, length, high]: Axis): number => low + length + high;
  /** The bytes of one position of an axis, in the result and in the operand. */
  const wide = axes.map((_, i) => byteSize(x!.dtype) * sizeOf(axes.slice(i + 1).map(whole)));
  const narrow = axes.map(
    (_, i) => byteSize(x!.dtype) * sizeOf(axes.slice(i + 1).map((a) => a[1])),
  );

  /** Writes all of an axis, from the addresses on, and moves them behind it. */
  const write = (code: Code, target: Local, source: Local, axis: number): void => {
    const [low, length, high] = axes[axis]!;
    const cells = (count: number): void => {
      fillRun(code, target, count * wide[axis]!, pattern);
      advance(code, target, count * wide[axis]!);
    };
    cells(low);
    if (axis < axes.length - 1)
      code.repeat(0, length, 1, () => write(code, target, source, axis + 1));
    else {
      copyRun(code, target, source, length * narrow[axis]!);
      advance(code, target, length * wide[axis]!);
      advance(code, source, length * narrow[axis]!);
    }
    cells(high);
  };

  return [
    {
      name,
      units: whole(axes[0]!),
      cost: bytesOf(output!) / 20 + 2 * sizeOf(axes.slice(0, -1).map(whole)),
      emit(code, frame, from, to) {
        const target = addressAt(code, addressOf(code, frame, output!), from, wide[0]!);
        const operand = addressOf(code, frame, x!);
        const [low, length] = axes[0]!;
        code.repeat(from, to, 1, (unit) => {
          const position = code.int(unit).i32(low).op("i32.sub").take("i32");
          code.get(position).i32(length).op("i32.lt_u");
          code.when(
            () => write(code, target, addressAt(code, operand, position, narrow[0]!), 1),
            () => {
              fillRun(code, target, wide[0]!, pattern);
              advance(code, target, wide[0]!);
            },
          );
        });
      },
    },
  ];
};

/** At least two axes, of which those that get no cells are one with those before. */
function joined(shape: readonly number[], low: readonly number[], high: readonly number[]): Axis[] {
  const axes: Axis[] = [];
  for (const [i, length] of shape.entries()) {
    const before = axes.at(-1);
    if (before && low[i] === 0 && high[i] === 0)
      axes[axes.length - 1] = [before[0] * length, before[1] * length, before[2] * length];
    else axes.push([low[i]!, length, high[i]!]);
  }
  while (axes.length < 2) axes.unshift([0, 1, 0]);
  return axes;
}

/** A number in all lanes of a vector. */
function splat(value: number, dtype: DType): Uint8Array {
  return new Uint8Array(allocate(dtype, 16 / byteSize(dtype)).fill(value).buffer);
}
