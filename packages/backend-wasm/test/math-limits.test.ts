import { describe, expect, test } from "vitest";
import { ModuleBuilder } from "../src/assembler/index.ts";
import { mathFunction, type MathName } from "../src/math/index.ts";
import { evaluate, random } from "./math-support.ts";

const floats = ["f32", "f64"] as const;

/** Random numbers of all magnitudes, of both signs, among them subnormal ones, and whole numbers. */
function anyNumbers(type: "f32" | "f64", count: number, seed: number): number[] {
  const next = random(seed);
  const view = new DataView(new ArrayBuffer(8));
  return Array.from({ length: count }, (_, n) => {
    if (n % 4 === 0) return Math.floor(2000 * next()) - 1000;
    if (n % 4 === 1) return 200 * next() - 100;
    view.setUint32(0, next() * 2 ** 32);
    view.setUint32(4, next() * 2 ** 32);
    return type === "f32" ? view.getFloat32(0) : view.getFloat64(0);
  });
}

const specials: Record<Exclude<MathName, "rem" | "div" | "pow">, [x: number, y: number][]> = {
  exp: [
    [0, 1],
    [-0, 1],
    [Infinity, Infinity],
    [-Infinity, 0],
    [800, Infinity],
    [-800, 0],
  ],
  expm1: [
    [0, 0],
    [-0, -0],
    [1e-300, 1e-300],
    [Infinity, Infinity],
    [-Infinity, -1],
    [800, Infinity],
    [-800, -1],
  ],
  log: [
    [0, -Infinity],
    [-0, -Infinity],
    [1, 0],
    [-1, NaN],
    [-Infinity, NaN],
    [Infinity, Infinity],
  ],
  log1p: [
    [0, 0],
    [-0, -0],
    [-1, -Infinity],
    [-2, NaN],
    [-Infinity, NaN],
    [Infinity, Infinity],
  ],
  sin: [
    [0, 0],
    [-0, -0],
    [Infinity, NaN],
    [-Infinity, NaN],
  ],
  cos: [
    [0, 1],
    [Infinity, NaN],
    [-Infinity, NaN],
  ],
  tanh: [
    [0, 0],
    [-0, -0],
    [30, 1],
    [-30, -1],
    [Infinity, 1],
    [-Infinity, -1],
  ],
  sigmoid: [
    [0, 0.5],
    [50, 1],
    [-800, 0],
    [Infinity, 1],
    [-Infinity, 0],
  ],
  erf: [
    [0, 0],
    [-0, -0],
    [7, 1],
    [-7, -1],
    [Infinity, 1],
    [-Infinity, -1],
  ],
};

describe.each(floats)("%s", (type) => {
  test.each(Object.keys(specials) as (keyof typeof specials)[])("limits of %s", (name) => {
    const pairs = specials[name];
    const actual = evaluate(name, type, [pairs.map(([x]) => x)]);
    pairs.forEach(([x, y], n) => {
      const expected = type === "f32" ? Math.fround(y) : y;
      expect(actual[n], `${name}(${x})`).toBe(expected);
    });
    // All kinds of NaN.
    const ones = new Uint8Array(64).fill(255);
    const other =
      type === "f32" ? [0x7fc00000, 0xffc00001, 0x7f800001] : [0, 0x7ff80000, 1, 0xfff00000];
    new Uint32Array(ones.buffer).set(other, 4);
    const odd = type === "f32" ? new Float32Array(ones.buffer) : new Float64Array(ones.buffer);
    const inputs = odd.filter(Number.isNaN);
    expect([...evaluate(name, type, [inputs])].every(Number.isNaN)).toBe(true);
  });

  test("pow treats zeros, infinities, NaN and negative numbers as JavaScript does", () => {
    const values = [
      0,
      -0,
      1,
      -1,
      0.5,
      -0.5,
      2,
      -2,
      3,
      -3,
      1.5,
      -2.5,
      1e10,
      -1e10,
      1e30,
      -1e30,
      Infinity,
      -Infinity,
      NaN,
      2 ** 24 - 1,
      2 ** 24,
      1 - 2 ** -24,
      1 + 2 ** -23,
    ];
    const pairs = values.flatMap((x) => values.map((y) => [x, y] as const));
    const actual = evaluate("pow", type, [pairs.map(([x]) => x), pairs.map(([, y]) => y)]);
    pairs.forEach(([x, y], n) => {
      const exact = type === "f32" ? Math.fround(x ** y) : x ** y;
      const smallest = type === "f32" ? 2 ** -126 : 2 ** -1022;
      const isExact = !Number.isFinite(exact) || Math.abs(exact) < smallest;
      if (isExact && Math.abs(actual[n]!) < smallest)
        expect(Math.abs(exact)).toBeLessThan(smallest);
      else if (isExact) expect(actual[n], `${x} ** ${y}`).toBe(exact);
      else expect(Math.abs(actual[n]! / exact - 1), `${x} ** ${y}`).toBeLessThan(2 ** -21);
    });
  });

  test("rem is exact", () => {
    const limits = [0, -0, 1, -3, 2 ** -149, 2 ** -1074, 1e38, Infinity, -Infinity, NaN, 5.3];
    const xs = [...anyNumbers(type, 8000, 5), ...limits.flatMap((x) => limits.map(() => x))];
    const ys = [...anyNumbers(type, 8000, 6), ...limits.flatMap(() => limits)];
    const round = type === "f32" ? Math.fround : (x: number): number => x;
    const actual = evaluate("rem", type, [xs, ys]);
    const wrong = xs.filter((x, n) => !Object.is(actual[n], round(x) % round(ys[n]!)));
    expect(wrong).toEqual([]);
  });
});

test("integers are divided towards zero, by zero to zero, and wrap around", () => {
  const limits = [0, 1, -1, 2, -2, 7, -7, 2 ** 31 - 1, -(2 ** 31), 2 ** 30, -(2 ** 31) + 1];
  const next = random(9);
  const some = (count: number): number[] =>
    Array.from({ length: count }, (_, n) => (2 ** 32 * (next() - 0.5)) >> (n % 32));
  const xs = [...limits.flatMap((x) => limits.map(() => x)), ...some(10_000)];
  const ys = [...limits.flatMap(() => limits), ...some(10_000).toReversed()];
  expect([...evaluate("div", "i32", [xs, ys])]).toEqual(xs.map((x, n) => (x / ys[n]!) | 0));
  expect([...evaluate("rem", "i32", [xs, ys])]).toEqual(xs.map((x, n) => (x % ys[n]!) | 0));
});

const binary: readonly MathName[] = ["pow", "rem"];

test.each([...Object.keys(specials), ...binary] as MathName[])(
  "lanes of %s are independent",
  (name) => {
    for (const type of floats) {
      const xs = [...anyNumbers(type, 400, 1), NaN, Infinity, 1, -Infinity, 0, 1e9, 0.1, 1e20];
      const ys = anyNumbers(type, xs.length, 2);
      const turned = (values: readonly number[]): number[] => [...values.slice(1), values[0]!];
      const operands = binary.includes(name) ? [xs, ys] : [xs];
      const straight = [...evaluate(name, type, operands)];
      expect([...evaluate(name, type, operands.map(turned))]).toEqual(turned(straight));
    }
  },
);

test("a function is added to a module once", () => {
  const module = new ModuleBuilder({ shared: false, maximum: 1 });
  const target = { relaxed: false, wide: false };
  const add = (): number => mathFunction(module, "sin", "f32", target).index;
  expect(add()).toBe(add());
  expect(WebAssembly.validate(module.finish())).toBe(true);
});
