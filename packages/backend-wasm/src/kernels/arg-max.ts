import { sizeOf } from "@nn/core";
import type { Code, Int, Local } from "../assembler/index.ts";
import { loadLanes, numbers, spansOf, type NumberType, type Span } from "../vectors.ts";
import type { Kernel } from "./kernel.ts";
import { addressAt, addressOf, advance, around, bytesOf, forBlock } from "./memory.ts";

/** Rows that are shorter go element by element. */
const shortRow = 8;

/** The best elements so far and where they are. */
interface Best {
  readonly value: Local;
  readonly at: Local;
}

/**
 * Where the first largest element is, or the first NaN. Neighbouring columns are looked at side by side, 16 of which
 * are a unit; along the last axis, every row is a unit.
 */
export const argMax: Kernel = ({ name, inputs, outputs, params }) => {
  const [x] = inputs;
  const [output] = outputs;
  const { outer, length, inner } = around(x!.shape, params["axis"] as number);
  const dtype = x!.dtype as NumberType;
  const { size } = numbers[dtype];
  if (sizeOf(output!.shape) === 0) return [];
  if (inner === 1)
    return [
      {
        name,
        units: outer,
        cost: outer * (5 + (length < shortRow ? 2 : size / 5) * length),
        emit(code, frame, from, to) {
          const source = addressAt(code, addressOf(code, frame, x!), from, length * size);
          const target = addressOf(code, frame, output!);
          code.repeat(from, to, 1, (unit) => {
            const best = alongRow(code, dtype, source, length);
            code.address(target, unit, 4).get(best).at("i32.store");
            advance(code, source, length * size);
          });
        },
      },
    ];
  const blocks = Math.ceil(inner / columns);
  return [
    {
      name,
      units: outer * blocks,
      cost: bytesOf(x!) / 8,
      emit(code, frame, from, to) {
        const source = addressOf(code, frame, x!);
        const target = addressOf(code, frame, output!);
        code.repeat(from, to, 1, (unit) => {
          const position = code.int(unit).i32(blocks).op("i32.div_u").take("i32");
          const block = code.int(unit).i32(blocks).op("i32.rem_u").take("i32");
          const first = addressAt(code, source, position, length * inner * size);
          const result = addressAt(code, target, position, inner * 4);
          forBlock(code, block, { width: columns, total: inner }, (count) =>
            sideBySide(
              code,
              dtype,
              addressAt(code, first, block, columns * size),
              addressAt(code, result, block, columns * 4),
              { length, inner, count },
            ),
          );
        });
      },
    },
  ];
};

const columns = 16;

/** Looks at some columns of a matrix from top to bottom. */
function sideBySide(
  code: Code,
  dtype: NumberType,
  source: Local,
  target: Local,
  {
    length,
    inner,
    count,
  }: { readonly length: number; readonly inner: number; readonly count: number },
): void {
  const { size } = numbers[dtype];
  const spans = spansOf(dtype, count);
  const best = spans.map(({ offset, lanes }): Best => {
    const value = loadLanes(code, dtype, source, offset * size, lanes).take("v128");
    return { value, at: code.splat("i32x4", 0).take("v128") };
  });
  code.repeat(1, length, 1, (n) => {
    advance(code, source, inner * size);
    const index = code.int(n).op("i32x4.splat").take("v128");
    spans.forEach((span, i) => takeBetter(code, dtype, best[i]!, index, span, source));
  });
  spans.forEach(({ offset, lanes }, i) => {
    for (let lane = 0; lane < lanes; lane++) {
      code.get(target).get(best[i]!.at);
      code.at("v128.store32_lane", (offset + lane) * 4, (lane * size) / 4);
    }
  });
}

/** Replaces the best elements by those of a vector that are larger, or the first NaN, and their indices. */
function takeBetter(
  code: Code,
  dtype: NumberType,
  { value, at }: Best,
  index: Local,
  { offset, lanes }: Span,
  address: Local,
): void {
  const { type, size } = numbers[dtype];
  const next = loadLanes(code, dtype, address, offset * size, lanes).take("v128");
  if (type === "i32x4") code.get(next).get(value).op("i32x4.gt_s");
  else {
    code.get(value).get(value).op(`${type}.eq`);
    code.get(next).get(value).op(`${type}.le`).op("v128.andnot");
  }
  const isBetter = code.take("v128");
  code.get(next).get(value).get(isBetter).op("v128.bitselect").set(value);
  code.get(index).get(at).get(isBetter).op("v128.bitselect").set(at);
}

/** Where the best element of a row is, as a new local. */
function alongRow(code: Code, dtype: NumberType, row: Local, length: number): Local {
  const { type, size, lanes } = numbers[dtype];
  const best: Best = { value: code.local(dtype), at: code.local("i32") };
  let done = 1;
  if (length < shortRow) {
    code.get(row).at(`${dtype}.load`).set(best.value);
    code.i32(0).set(best.at);
  } else {
    done = length - (length % lanes);
    const whole = { offset: 0, lanes };
    const start = size === 4 ? [0, 1, 2, 3] : [0, 0, 1, 1];
    const index = code.v128(Int32Array.from(start)).take("v128");
    const wide = {
      value: code.get(row).at("v128.load").take("v128"),
      at: code.get(index).take("v128"),
    };
    code.repeat(lanes, done, lanes, (n) => {
      code.get(index).splat("i32x4", lanes).op("i32x4.add").set(index);
      takeBetter(code, dtype, wide, index, whole, addressAt(code, row, n, size));
    });
    for (let lane = 0; lane < lanes; lane++) {
      const value = code.get(wide.value).lane(`${type}.extract_lane`, lane).take(dtype);
      const at = code
        .get(wide.at)
        .lane("i32x4.extract_lane", (lane * size) / 4)
        .take("i32");
      if (lane === 0) {
        code.get(value).set(best.value);
        code.get(at).set(best.at);
      } else takeIfBetter(code, dtype, best, value, at, true);
    }
  }
  code.repeat(done, length, 1, (n) => {
    const value = code.address(row, n, size).at(`${dtype}.load`).take(dtype);
    takeIfBetter(code, dtype, best, value, n);
  });
  return best.at;
}

/** The same for one element; where those `before` the best one may come later, equal ones are better too. */
function takeIfBetter(
  code: Code,
  dtype: NumberType,
  best: Best,
  value: Local,
  at: Int,
  isUnordered = false,
): void {
  const isBetter = (): void => {
    if (dtype === "i32") code.get(value).get(best.value).op("i32.gt_s");
    else {
      // Larger, or NaN where the best one is not.
      code.get(value).get(best.value).op(`${dtype}.gt`);
      code.get(value).get(value).op(`${dtype}.ne`);
      code.get(best.value).get(best.value).op(`${dtype}.eq`).op("i32.and").op("i32.or");
    }
  };
  isBetter();
  if (isUnordered) {
    code.get(value).get(best.value).op(`${dtype}.eq`);
    if (dtype !== "i32") {
      code.get(value).get(value).op(`${dtype}.ne`);
      code.get(best.value).get(best.value).op(`${dtype}.ne`).op("i32.and").op("i32.or");
    }
    code.int(at).get(best.at).op("i32.lt_s").op("i32.and").op("i32.or");
  }
  const choice = code.take("i32");
  code.get(value).get(best.value).get(choice).op("select").set(best.value);
  code.int(at).get(best.at).get(choice).op("select").set(best.at);
}
