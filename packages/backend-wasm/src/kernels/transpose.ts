import { byteSize, sizeOf } from "@nn/core";
import type { Code, Int, Local } from "../assembler/index.ts";
import { copyRun } from "../runs.ts";
import { transposeLanes } from "../vectors.ts";
import type { Kernel } from "./kernel.ts";
import { addressAt, addressOf, advance, bytesOf, smaller } from "./memory.ts";

/** An axis of the result: its length, and how many bytes its positions are apart there and in the operand. */
interface Axis {
  readonly length: number;
  readonly target: number;
  readonly source: number;
}

/**
 * Axes in another order. If the last one stays where it is, its elements are copied as runs. If not, tiles are turned
 * in registers; a unit is a band of what lies side by side in the operand, one cache line wide.
 */
export const transpose: Kernel = ({ name, inputs, outputs, params }) => {
  const [x] = inputs;
  const [output] = outputs;
  if (sizeOf(x!.shape) === 0) return [];
  const size = byteSize(x!.dtype);
  const axes = joined(x!.shape, params["permutation"] as readonly number[], size);
  const last = axes.pop()!;
  const isRuns = last.source === size;
  const at = isRuns ? axes.length - 1 : axes.findIndex(({ source }) => source === size);
  const turned = axes[at] ?? { length: 1, source: 0, target: 0 };
  const outer = axes.filter((axis) => axis !== turned);
  const band = isRuns ? turned.length : 64 / size;
  const bands = Math.ceil(turned.length / band);
  return [
    {
      name,
      units: sizeOf(outer.map(({ length }) => length)) * bands,
      cost: isRuns ? bytesOf(x!) / 20 : sizeOf(x!.shape) * (size === 1 ? 1 : size / 8),
      emit(code, frame, from, to) {
        const target = addressOf(code, frame, output!);
        const source = addressOf(code, frame, x!);
        code.repeat(from, to, 1, (unit) => {
          const ends = {
            target: addressAt(code, target, 0, 0),
            source: addressAt(code, source, 0, 0),
          };
          const position = code.int(unit).i32(bands).op("i32.div_u").take("i32");
          move(code, ends, outer, position);
          if (isRuns) {
            code.repeat(0, turned.length, 1, () => {
              copyRun(code, ends.target, ends.source, last.length * size);
              step(code, ends, turned, 1);
            });
          } else {
            const first = code
              .int(unit)
              .i32(bands)
              .op("i32.rem_u")
              .i32(band)
              .op("i32.mul")
              .take("i32");
            step(code, ends, turned, first);
            const left = code.i32(turned.length).get(first).op("i32.sub").take("i32");
            turn(code, ends, last, turned, smaller(code, left, band), size);
          }
        });
      },
    },
  ];
};

/** Axes of the result without those of length 1; those that lie the same way in the operand are one. */
function joined(shape: readonly number[], permutation: readonly number[], size: number): Axis[] {
  const axes: Axis[] = [];
  let target = size;
  for (const from of permutation.toReversed()) {
    const length = shape[from]!;
    if (length === 1) continue;
    const source = size * sizeOf(shape.slice(from + 1));
    const behind = axes[0];
    if (behind && behind.source * behind.length === source)
      axes[0] = { ...behind, length: length * behind.length };
    else axes.unshift({ length, target, source });
    target *= length;
  }
  return axes.length > 0 ? axes : [{ length: 1, target: size, source: size }];
}

interface Ends {
  readonly target: Local;
  readonly source: Local;
}

/** Goes on to a position of an axis, on both sides. */
function step(code: Code, ends: Ends, axis: Axis, by: Int): void {
  for (const end of ["target", "source"] as const)
    code.address(ends[end], by, axis[end]).set(ends[end]);
}

/** Goes on to a position of all of some axes, numbered in row-major order. */
function move(code: Code, ends: Ends, axes: readonly Axis[], position: Local): void {
  for (const axis of axes.toReversed()) {
    step(code, ends, axis, code.get(position).i32(axis.length).op("i32.rem_u").take("i32"));
    code.get(position).i32(axis.length).op("i32.div_u").set(position);
  }
}

/** Turns `count` columns of the operand, each `rows` long, to rows of the result. */
function turn(code: Code, ends: Ends, rows: Axis, columns: Axis, count: Local, size: number): void {
  const side = size === 1 ? 1 : 16 / size;
  const evenRows = rows.length - (rows.length % side);
  const evenCount = code.get(count).i32(-side).op("i32.and").take("i32");
  const each = (
    row: readonly [from: Int, to: Int],
    column: readonly [from: Int, to: Int],
    by: number,
    visit: (target: Local, source: Local) => void,
  ): void => {
    code.repeat(...row, by, (r) => {
      const target = addressAt(code, ends.target, r, rows.target);
      const source = addressAt(code, ends.source, r, rows.source);
      code.address(target, column[0], columns.target).set(target);
      code.address(source, column[0], columns.source).set(source);
      code.repeat(...column, by, () => {
        visit(target, source);
        advance(code, target, by * columns.target);
        advance(code, source, by * columns.source);
      });
    });
  };
  const single = (target: Local, source: Local): void => {
    code.get(target).get(source);
    if (size === 1) code.at("i32.load8_u").at("i32.store8");
    else if (size === 4) code.at("i32.load").at("i32.store");
    else code.at("f64.load").at("f64.store");
  };
  if (side === 1) {
    each([0, rows.length], [0, count], 1, single);
    return;
  }
  each([0, evenRows], [0, evenCount], side, (target, source) => {
    const vectors = Array.from({ length: side }, (_, r) =>
      code
        .get(source)
        .at("v128.load", r * rows.source)
        .take("v128"),
    );
    transposeLanes(code, vectors).forEach((vector, c) =>
      code
        .get(target)
        .get(vector)
        .at("v128.store", c * columns.target),
    );
  });
  if (columns.length % side > 0) each([0, evenRows], [evenCount, count], 1, single);
  if (evenRows < rows.length) each([evenRows, rows.length], [0, count], 1, single);
}
