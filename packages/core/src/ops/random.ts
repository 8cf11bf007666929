import { isFloat, showType, sizeOf } from "../engine/dtype.ts";
import { check } from "../engine/errors.ts";
import type { Primitive } from "../interfaces/primitive.ts";
import type { DType, Tensor, TensorLike } from "../interfaces/tensor.ts";
import { add, mul, sub } from "./arithmetic.ts";
import { shiftLeft, shiftRightLogical, xor } from "./bits.ts";
import { less } from "./compare.ts";
import { full, iota, toTensor } from "./constant.ts";
import { define, one } from "./define.ts";
import { checkOperands } from "./operands.ts";
import { broadcastTo, concat, reshape, sliceAxis, stack } from "./shape.ts";
import { cast, cos, log, sin, sqrt } from "./unary.ts";

/**
 * Words of Threefry-2x32 with 20 rounds (Salmon et al., Parallel Random Numbers: As Easy as 1, 2, 3, 2011). Element e
 * of the flat result is word e mod 2 of the block [counter, ⌊e / 2⌋], so that a longer draw begins with the shorter one.
 */
const randomBitsPrimitive: Primitive<{ readonly shape: readonly number[] }> =
  /* @__PURE__ */ define("randomBits", {
    type(inputs, { shape }) {
      checkOperands(
        "randomBits",
        inputs,
        inputs.map(showType).join() === "i32[2],i32[]",
        () => "a key i32[2] (of randomKey() or foldIn()) and a counter i32[]",
      );
      return { shape };
    },
    lower([key, counter], { shape }) {
      const blocks = Math.ceil(sizeOf(shape) / 2);
      const [first, second] = [0, 1].map((word) => sliceAxis(key!, 0, word, word + 1));
      const keys = [first!, second!, xor(xor(first!, second!), 0x1bd11bda)];
      let x = broadcastTo(add(counter!, keys[0]!), [blocks]);
      let y = add(iota(blocks), keys[1]!);
      for (let round = 0; round < 20; round++) {
        x = add(x, y);
        const by = rotations[round % 8]!;
        y = xor(xor(shiftLeft(y, by), shiftRightLogical(y, 32 - by)), x);
        if (round % 4 < 3) continue;
        const turn = (round + 1) / 4;
        x = add(x, keys[turn % 3]!);
        y = add(y, add(keys[(turn + 1) % 3]!, turn));
      }
      return firstOf(stack([x, y], 1), shape);
    },
  });

/** The first elements of a tensor, in row-major order, in another shape. */
function firstOf(x: Tensor, shape: readonly number[]): Tensor {
  return reshape(sliceAxis(reshape(x, [x.size]), 0, 0, sizeOf(shape)), shape);
}

const rotations = [13, 15, 26, 6, 17, 29, 16, 24];

/** What a distribution is drawn in, and which of the draws of a key it is. */
export interface DrawOptions {
  /** f32 by default, or f64. */
  readonly dtype?: DType;
  /** Draws of one key with different counters (i32, such as the number of the step) are independent. Default 0. */
  readonly counter?: Tensor | number;
}

/** The key i32[2] that belongs to a seed, a whole number; a constant. All random numbers follow from it. */
export function randomKey(seed: number): Tensor {
  check(
    Number.isSafeInteger(seed),
    () => `randomKey: expected a whole number up to ±2⁵³ as the seed, got ${seed}`,
  );
  return stack([full([], Math.floor(seed / 2 ** 32), "i32"), full([], seed | 0, "i32")]);
}

/**
 * A key for a purpose of its own, independent of the key and of those for other data: a number, the path of a layer, an
 * i32 scalar such as the number of an epoch.
 *
 * ```ts
 * const key = foldIn(foldIn(randomKey(7), "model/dropout"), epoch);
 * ```
 */
export function foldIn(key: Tensor, data: Tensor | number | string): Tensor {
  return randomBits(xor(key, foldMark), [2], typeof data === "string" ? hash(data) : data);
}

/** Keeps the keys that are folded from a key apart from what is drawn with it. */
const foldMark = 0x5bd1e995;

/** FNV-1a, on UTF-16 units. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return value | 0;
}

/** Random i32 words; a longer draw begins with the shorter one of the same key and counter. */
export function randomBits(
  key: Tensor,
  shape: readonly number[],
  counter: Tensor | number = 0,
): Tensor {
  return one(randomBitsPrimitive, [key, toTensor(counter, "i32")], { shape });
}

/**
 * Numbers from `low` (default 0) up to `high` (default 1), all equally likely. Between 0 and 1, f32 is exactly
 * (bits >>> 8) · 2⁻²⁴, below 1; f64 has 53 bits. Rounding may give `high` itself for other bounds.
 */
export function uniform(
  key: Tensor,
  shape: readonly number[],
  {
    dtype = "f32",
    low = 0,
    high = 1,
    counter,
  }: DrawOptions & { readonly low?: number; readonly high?: number } = {},
): Tensor {
  check(
    isFloat(dtype),
    () => `uniform: expected f32 or f64, got ${dtype}; use randomBits() for integers`,
  );
  const word = (bits: Tensor, shift: number): Tensor => cast(shiftRightLogical(bits, shift), dtype);
  let unit: Tensor;
  if (dtype === "f32") unit = mul(word(randomBits(key, shape, counter), 8), 2 ** -24);
  else {
    const bits = randomBits(key, [...shape, 2], counter);
    const [upper, lower] = [0, 1].map((i) =>
      word(reshape(sliceAxis(bits, -1, i, i + 1), shape), 5 + i),
    );
    unit = mul(add(mul(upper!, 2 ** 26), lower!), 2 ** -53);
  }
  return low === 0 && high === 1 ? unit : add(mul(unit, high - low), low);
}

/** Numbers from the normal distribution, two by two (Box and Muller). */
export function normal(
  key: Tensor,
  shape: readonly number[],
  {
    mean = 0,
    deviation = 1,
    ...options
  }: DrawOptions & { readonly mean?: number; readonly deviation?: number } = {},
): Tensor {
  const unit = uniform(key, [Math.ceil(sizeOf(shape) / 2), 2], options);
  const radius = mul(sqrt(mul(log(sub(1, sliceAxis(unit, 1, 0, 1))), -2)), deviation);
  const angle = mul(sliceAxis(unit, 1, 1, 2), 2 * Math.PI);
  const pairs = concat([mul(radius, cos(angle)), mul(radius, sin(angle))], 1);
  return add(firstOf(pairs, shape), mean);
}

/** Bools that are true with the given probability. */
export function bernoulli(
  key: Tensor,
  probability: TensorLike,
  shape: readonly number[],
  counter?: Tensor | number,
): Tensor {
  return less(uniform(key, shape, { counter: counter ?? 0 }), probability);
}
