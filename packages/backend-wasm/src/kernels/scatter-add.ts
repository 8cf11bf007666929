import { byteSize, sizeOf } from "@nn/core";
import type { Code, Local } from "../assembler/index.ts";
import { inPieces } from "../runs.ts";
import type { Kernel } from "./kernel.ts";
import { addressAt, addressOf, advance, around, bytesOf, smaller } from "./memory.ts";

/** The bytes of a row that are the least worth going through the indices for. */
const blockBytes = 512;

const additions = {
  f32: ["f32x4.add", "f32.load", "f32.add", "f32.store"],
  f64: ["f64x2.add", "f64.load", "f64.add", "f64.store"],
  i32: ["i32x4.add", "i32.load", "i32.add", "i32.store"],
} as const;
type Number = keyof typeof additions;

/**
 * Adds rows of updates to the rows of the base that indices point at. A unit is a block of columns for one position of
 * the axes before; neighbouring ones are done in one go. The base is copied first, unless it is in the output's place.
 */
export const scatterAdd: Kernel = ({ name, inputs, outputs, params }) => {
  const [base, indices, updates] = inputs;
  const [output] = outputs;
  const { outer, length, inner } = around(base!.shape, params["axis"] as number);
  const dtype = base!.dtype as Number;
  const count = sizeOf(indices!.shape);
  const row = inner * byteSize(dtype);
  const blocks = Math.ceil(row / blockBytes);
  if (outer * length * row === 0) return [];

  /** Columns `start` up to `end`, in bytes, of a row; both are known if a row is one block. */
  const addRow = (code: Code, target: Local, source: Local, start: Local, end: Local): void => {
    const add = (offset: number, width: number, to: Local, from: Local): void => {
      const [vector, load, single, store] = additions[dtype];
      const isVector = width === 16;
      code
        .get(to)
        .get(to)
        .at(isVector ? "v128.load" : load, offset);
      code
        .get(from)
        .at(isVector ? "v128.load" : load, offset)
        .op(isVector ? vector : single);
      code.at(isVector ? "v128.store" : store, offset);
    };
    if (blocks === 1) inPieces(code, row, [target, source], add, byteSize(dtype));
    else {
      const tail = row % 16;
      const full = smaller(code, end, row - tail);
      code.repeat(start, full, 16, (at) => {
        add(0, 16, addressAt(code, target, at, 1), addressAt(code, source, at, 1));
      });
      if (tail === 0) return;
      code.get(end).i32(row).op("i32.eq");
      code.when(() => {
        for (let at = row - tail; at < row; at += byteSize(dtype))
          add(at, byteSize(dtype), target, source);
      });
    }
  };

  return [
    {
      name,
      units: outer * blocks,
      cost: bytesOf(base!) / 20 + outer * count * (2 + row / 16),
      emit(code, frame, from, to) {
        const old = addressOf(code, frame, base!);
        const index = addressOf(code, frame, indices!);
        const added = addressOf(code, frame, updates!);
        const result = addressOf(code, frame, output!);
        const unit = code.get(from).take("i32");
        code.block(() => {
          code.loop(() => {
            code.get(unit).get(to).op("i32.ge_s").branchIf(1);
            const position = code.get(unit).i32(blocks).op("i32.div_u").take("i32");
            const block = code.get(unit).i32(blocks).op("i32.rem_u").take("i32");
            const left = code.get(to).get(unit).op("i32.sub").take("i32");
            const rest = code.i32(blocks).get(block).op("i32.sub").take("i32");
            const done = smaller(code, left, rest);
            const start = code.get(block).i32(blockBytes).op("i32.mul").take("i32");
            code.get(block).get(done).op("i32.add").i32(blockBytes).op("i32.mul");
            const end = smaller(code, code.take("i32"), row);
            const target = addressAt(code, result, position, length * row);
            const kept = addressAt(code, old, position, length * row);
            code.get(old).get(result).op("i32.ne");
            code.when(() => copyColumns(code, target, kept, start, end, length, row));
            const source = addressAt(code, added, position, count * row);
            code.repeat(0, count, 1, (n) => {
              const at = code.address(index, n, 4).at("i32.load").take("i32");
              code.get(at).i32(length).op("i32.lt_u");
              code.when(() => addRow(code, addressAt(code, target, at, row), source, start, end));
              advance(code, source, row);
            });
            code.get(unit).get(done).op("i32.add").set(unit).branch(0);
          });
        });
      },
    },
  ];
};

/** Copies columns `start` up to `end`, in bytes, of so many rows: at once, where they are whole. */
function copyColumns(
  code: Code,
  target: Local,
  source: Local,
  start: Local,
  end: Local,
  rows: number,
  row: number,
): void {
  const width = code.get(end).get(start).op("i32.sub").take("i32");
  code.get(width).i32(row).op("i32.eq");
  code.when(
    () =>
      void code
        .get(target)
        .get(source)
        .i32(rows * row)
        .copy(),
    () => {
      const [to, from] = [target, source].map((base) => addressAt(code, base, start, 1));
      code.repeat(0, rows, 1, () => {
        code.get(to!).get(from!).get(width).copy();
        advance(code, to!, row);
        advance(code, from!, row);
      });
    },
  );
}
