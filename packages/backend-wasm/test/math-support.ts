import { big, div, number, sub, type Big } from "./math-reference.ts";
import { ModuleBuilder } from "../src/assembler/index.ts";
import { mathFunction, type MathName } from "../src/math/index.ts";

export type Numbers = Float32Array | Float64Array | Int32Array;
const arrays = { f32: Float32Array, f64: Float64Array, i32: Int32Array };

/** Runs a function on whole arrays, one vector after the other; what is left over is filled with zeros. */
export function evaluate(
  name: MathName,
  type: "f32" | "f64" | "i32",
  operands: readonly ArrayLike<number>[],
  relaxed = false,
): Numbers {
  const bytes = 16 * Math.ceil((operands[0]!.length * (type === "f64" ? 8 : 4)) / 16);
  const pages = Math.ceil((3 * bytes) / 65536) + 1;
  const module = new ModuleBuilder({ shared: false, maximum: pages });
  const target = mathFunction(module, name, type, { relaxed, wide: false });
  module.export(
    module.function("run", ["i32"], [], (code, end) => {
      code.repeat(0, end!, 16, (at) => {
        code.int(at);
        operands.forEach((_, n) => code.int(at).at("v128.load", n * bytes));
        code.call(target).at("v128.store", 2 * bytes);
      });
    }),
  );
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module.finish()), {
    env: { memory },
  });
  const { length } = operands[0]!;
  operands.forEach((values, n) => new arrays[type](memory.buffer, n * bytes, length).set(values));
  (exports["run"] as (end: number) => void)(bytes);
  return new arrays[type](memory.buffer, 2 * bytes, length);
}

/** The distance of the smallest subnormal numbers, the exponent of the smallest normal one, the bits of a mantissa. */
const formats = { f32: [-149, -126, 23], f64: [-1074, -1022, 52] } as const;

/** The distance from a number to the next one of this type, but that of normal numbers for subnormal ones. */
function ulp(x: number, type: "f32" | "f64"): number {
  const [, smallest, bits] = formats[type];
  const size = Math.abs(x);
  if (size < 2 ** smallest) return 2 ** (smallest - bits);
  let exponent = Math.floor(Math.log2(size));
  if (2 ** exponent > size) exponent--;
  if (2 ** (exponent + 1) <= size) exponent++;
  return 2 ** (exponent - bits);
}

/**
 * How many units in the last place `actual` is off `exact`, which may have more precision: 0 where both are NaN, where
 * both are beyond the range of the type, or where `exact` is subnormal and `actual` is 0.
 */
export function error(actual: number, exact: number, type: "f32" | "f64"): number {
  if (Number.isNaN(exact)) return Number.isNaN(actual) ? 0 : Infinity;
  if (Math.abs(exact) < 2 ** formats[type][1] && actual === 0) return 0;
  const round = type === "f32" ? Math.fround : (x: number) => x;
  if (actual === round(exact)) return 0;
  if (!Number.isFinite(actual) || !Number.isFinite(exact)) return Infinity;
  return Math.abs(actual - exact) / ulp(exact, type);
}

/** The same for an exact result, which may have any magnitude. */
export function exactError(actual: number, exact: Big, type: "f32" | "f64"): number {
  const near = number(exact);
  const largest = type === "f32" ? 2 ** 128 - 2 ** 103 : Infinity;
  if (Math.abs(near) >= largest) return actual === Math.sign(near) * Infinity ? 0 : Infinity;
  if (Math.abs(near) < 2 ** formats[type][1] && actual === 0) return 0;
  if (!Number.isFinite(actual)) return Infinity;
  return Math.abs(number(div(sub(big(actual), exact), big(ulp(near, type)))));
}

/** Numbers from 0 to 1, the same ones for the same seed. */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return ((state >>> 8) + 0.5) * 2 ** -24;
  };
}

/** A number and the closest ones of this type on both sides. */
export function neighbours(x: number, type: "f32" | "f64", count: number): number[] {
  const step = ulp(x, type);
  const near = type === "f32" ? Math.fround(x) : x;
  return Array.from({ length: 2 * count + 1 }, (_, n) => near + (n - count) * step);
}

/** Whether this engine has relaxed SIMD. */
export const supportsRelaxed = ((): boolean => {
  const module = new ModuleBuilder({ shared: false, maximum: 1 });
  mathFunction(module, "exp", "f32", { relaxed: true, wide: false });
  return WebAssembly.validate(module.finish());
})();
