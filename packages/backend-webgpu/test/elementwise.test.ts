import {
  add,
  abs,
  and,
  cast,
  cos,
  div,
  equal,
  exp,
  floor,
  less,
  lessEqual,
  log,
  maximum,
  minimum,
  mul,
  neg,
  or,
  pow,
  relu,
  rem,
  select,
  shiftLeft,
  shiftRight,
  shiftRightLogical,
  sigmoid,
  sin,
  sizeOf,
  sqrt,
  sub,
  tanh,
  tensor,
  xor,
  type DType,
  type Tensor,
} from "@nn/core";
import { describe, expect, test } from "vitest";
import { coordinates, expectTensor, integer, place, random } from "./reference.ts";
import { open } from "./open.ts";

const { backend } = await open();

const specials = [
  NaN,
  Infinity,
  -Infinity,
  0,
  -0,
  1,
  -1,
  0.5,
  -0.5,
  2,
  -2,
  3.5,
  1e-8,
  -1e-8,
  100,
  -100,
  3e38,
  -3e38,
];
const extremes = [
  -2147483648, -2147483647, -16777217, -7, -1, 0, 1, 2, 7, 31, 33, 123456789, 16777217, 2147483647,
];

function values(next: () => number, dtype: DType, size: number): number[] {
  return Array.from({ length: size }, () => {
    if (dtype === "bool") return integer(next, 0, 1);
    if (dtype === "i32")
      return next() < 0.3 ? extremes[integer(next, 0, extremes.length - 1)]! : integer(next, -9, 9);
    return Math.fround(
      next() < 0.1 ? specials[integer(next, 0, specials.length - 1)]! : (next() - 0.5) * 20,
    );
  });
}

/** Pairs of shapes that broadcast: equal, with scalars, along inner and outer axes, empty, and of more than six axes. */
const shapes: readonly (readonly number[])[][] = [
  [[7], [7]],
  [
    [4, 8],
    [4, 8],
  ],
  [[], []],
  [[3, 4], []],
  [[1], [2, 3]],
  [[5, 16], [16]],
  [
    [3, 1],
    [1, 5],
  ],
  [
    [2, 1, 3],
    [4, 1],
  ],
  [
    [2, 3, 1, 2, 1, 2],
    [4, 1, 3, 1],
  ],
  [
    [2, 1, 2, 1, 2, 1, 3],
    [2, 1, 2, 1, 2, 1],
  ],
  [
    [0, 3],
    [1, 3],
  ],
  [
    [1, 3],
    [2, 0, 1],
  ],
];

function broadcastShape(list: readonly (readonly number[])[]): number[] {
  const rank = Math.max(...list.map((shape) => shape.length));
  return Array.from({ length: rank }, (_, axis) =>
    list.reduce((length, shape) => {
      const own = shape[axis - rank + shape.length] ?? 1;
      return own === 1 ? length : own;
    }, 1),
  );
}

interface Case {
  readonly dtype: DType;
  readonly run: (...operands: Tensor[]) => Tensor;
  readonly js: (...operands: number[]) => number;
  readonly tolerance?: number;
}

const integerCases = {
  "add of i32": { dtype: "i32", run: add, js: (a, b) => (a + b) | 0 },
  "sub of i32": { dtype: "i32", run: sub, js: (a, b) => (a - b) | 0 },
  "mul of i32": { dtype: "i32", run: mul, js: Math.imul },
  "div of i32": { dtype: "i32", run: div, js: (a, b) => (b === 0 ? 0 : Math.trunc(a / b) | 0) },
  "rem of i32": { dtype: "i32", run: rem, js: (a, b) => (b === 0 ? 0 : (a % b) | 0) },
  "maximum of i32": { dtype: "i32", run: maximum, js: Math.max },
  "minimum of i32": { dtype: "i32", run: minimum, js: Math.min },
  "and of i32": { dtype: "i32", run: and, js: (a, b) => a & b },
  "or of i32": { dtype: "i32", run: or, js: (a, b) => a | b },
  "xor of i32": { dtype: "i32", run: xor, js: (a, b) => a ^ b },
  "and of bool": { dtype: "bool", run: and, js: (a, b) => a & b },
  "or of bool": { dtype: "bool", run: or, js: (a, b) => a | b },
  "xor of bool": { dtype: "bool", run: xor, js: (a, b) => a ^ b },
  shiftLeft: { dtype: "i32", run: shiftLeft, js: (a, b) => a << b },
  shiftRight: { dtype: "i32", run: shiftRight, js: (a, b) => a >> b },
  shiftRightLogical: { dtype: "i32", run: shiftRightLogical, js: (a, b) => (a >>> b) | 0 },
  "less of i32": { dtype: "i32", run: less, js: (a, b) => Number(a < b) },
  "lessEqual of bool": { dtype: "bool", run: lessEqual, js: (a, b) => Number(a <= b) },
  "equal of i32": { dtype: "i32", run: equal, js: (a, b) => Number(a === b) },
} satisfies Record<string, Case>;

const floatCases = {
  add: { dtype: "f32", run: add, js: (a, b) => a + b },
  sub: { dtype: "f32", run: sub, js: (a, b) => a - b },
  mul: { dtype: "f32", run: mul, js: (a, b) => a * b },
  div: { dtype: "f32", run: div, js: (a, b) => a / b, tolerance: 2e-7 },
  rem: { dtype: "f32", run: rem, js: (a, b) => a % b },
  pow: { dtype: "f32", run: pow, js: (a, b) => a ** b, tolerance: 1e-5 },
  maximum: { dtype: "f32", run: maximum, js: Math.max },
  minimum: { dtype: "f32", run: minimum, js: Math.min },
  less: { dtype: "f32", run: less, js: (a, b) => Number(a < b) },
  lessEqual: { dtype: "f32", run: lessEqual, js: (a, b) => Number(a <= b) },
  equal: { dtype: "f32", run: equal, js: (a, b) => Number(a === b) },
} satisfies Record<string, Case>;

describe("two operands", () => {
  for (const [name, { dtype, run, js, ...rest }] of Object.entries<Case>({
    ...integerCases,
    ...floatCases,
  }))
    test(`${name} agrees with JavaScript for all ways of broadcasting`, async () => {
      const next = random(1);
      for (const [left, right] of shapes) {
        const shape = broadcastShape([left!, right!]);
        const a = values(next, dtype, sizeOf(left!));
        const b = values(next, dtype, sizeOf(right!));
        const wanted = coordinates(shape).map((at) =>
          Math.fround(js(a[place(left!, at)]!, b[place(right!, at)]!)),
        );
        const exact =
          dtype === "f32"
            ? wanted
            : coordinates(shape).map((at) => js(a[place(left!, at)]!, b[place(right!, at)]!));
        const result = run(
          tensor(backend, Float64Array.from(a), { shape: left!, dtype }),
          tensor(backend, Float64Array.from(b), { shape: right!, dtype }),
        );
        await expectTensor(
          result,
          shape,
          exact,
          rest.tolerance,
          `${name} of [${left}] and [${right}]:`,
        );
      }
    });

  test("every pair of special floats gives what JavaScript gives", async () => {
    const a = specials.flatMap((x) => specials.map(() => Math.fround(x)));
    const b = specials.flatMap(() => specials.map((y) => Math.fround(y)));
    for (const [name, { run, js, ...rest }] of Object.entries<Case>(floatCases)) {
      const wanted = a.map((x, i) => Math.fround(js(x, b[i]!)));
      const result = run(tensor(backend, a), tensor(backend, b));
      await expectTensor(result, [a.length], wanted, rest.tolerance, `${name}:`);
    }
  });

  test("every pair of extreme integers gives what JavaScript gives", async () => {
    const a = extremes.flatMap((x) => extremes.map(() => x));
    const b = extremes.flatMap(() => extremes);
    for (const [name, { dtype, run, js }] of Object.entries<Case>(integerCases)) {
      if (dtype !== "i32") continue;
      const wanted = a.map((x, i) => js(x, b[i]!));
      const result = run(tensor(backend, a, { dtype }), tensor(backend, b, { dtype }));
      await expectTensor(result, [a.length], wanted, 0, `${name}:`);
    }
  });

  test("denormals keep their place among numbers, and -0 comes before 0", async () => {
    const a = tensor(backend, [1e-45, 1e-45, -1e-45, 0, -0, 1].map(Math.fround));
    const b = tensor(backend, [0, 2e-44, -0, -0, 0, 1e-45].map(Math.fround));
    await expectTensor(less(a, b), [6], [0, 1, 1, 0, 0, 0]);
    await expectTensor(equal(a, b), [6], [0, 0, 0, 1, 1, 0]);
    const largest = [1e-45, 2e-44, -0, 0, 0, 1].map(Math.fround);
    expect(await maximum(a, b).read()).toEqual(Float32Array.from(largest));
    const smallest = [0, 1e-45, -1e-45, -0, -0, 1e-45].map(Math.fround);
    expect(await minimum(a, b).read()).toEqual(Float32Array.from(smallest));
    await expectTensor(
      pow(tensor(backend, [NaN, -2, 2]), tensor(backend, [1e-45])),
      [3],
      [NaN, NaN, 1],
    );
  });

  test("the remainder of floats is exact for any quotient, and for denormals", async () => {
    const a = [1e30, -1e30, 3e38, 5.3, 1e-40, 1e-38, 7, 16777216].map(Math.fround);
    const b = [7, 7, 1e-3, 0.1, 3e-41, 1e-45, -0.3, 3].map(Math.fround);
    await expectTensor(
      rem(tensor(backend, a), tensor(backend, b)),
      [8],
      a.map((x, i) => x % b[i]!),
    );
  });
});

describe("one operand", () => {
  const cases: Record<string, readonly [(x: Tensor) => Tensor, (x: number) => number, number]> = {
    exp: [exp, Math.exp, 3e-7],
    log: [log, Math.log, 3e-7],
    sqrt: [sqrt, Math.sqrt, 2e-7],
    sin: [sin, Math.sin, 5e-7],
    cos: [cos, Math.cos, 5e-7],
    tanh: [tanh, Math.tanh, 3e-7],
    sigmoid: [sigmoid, (x) => 1 / (1 + Math.exp(-x)), 3e-7],
    floor: [floor, Math.floor, 0],
    neg: [neg, (x) => -x, 0],
    abs: [abs, Math.abs, 0],
    relu: [relu, (x) => Math.max(x, 0), 0],
  };
  const next = random(2);
  const range = Array.from({ length: 4000 }, (_, i) =>
    Math.fround((i % 2 ? -1 : 1) * Math.exp(Math.log(1e-6) + next() * Math.log(1e8))),
  );
  for (const [name, [run, js, tolerance]] of Object.entries(cases))
    test(`${name} agrees with JavaScript`, async () => {
      for (const shape of [[], [0, 2], [1, 1, 1, 1, 1, 1, 1]]) {
        const x = tensor(backend, new Float32Array(sizeOf(shape)).fill(0.25), { shape });
        await expectTensor(
          run(x),
          shape,
          Array.from({ length: sizeOf(shape) }, () => Math.fround(js(0.25))),
          tolerance,
        );
      }
      const input = [...specials, ...range].map(Math.fround);
      await expectTensor(
        run(tensor(backend, input)),
        [input.length],
        input.map((x) => Math.fround(js(x))),
        tolerance,
        name,
      );
    });

  test("sin and cos of numbers of any size", async () => {
    const input = [8191, 8193, 1e5, 1e6, 12345678, 2 ** 31, 3e9, 1e15, 1e20, 1e30, 3e38, 2 ** 127];
    const all = [...input, ...range.map((x) => x * 1e12)].flatMap((x) => [x, -x]).map(Math.fround);
    await expectTensor(sin(tensor(backend, all)), [all.length], all.map(Math.sin), 5e-7);
    await expectTensor(cos(tensor(backend, all)), [all.length], all.map(Math.cos), 5e-7);
  });

  test("small results keep their relative precision", async () => {
    const input = range.filter((x) => Math.abs(x) < 0.01);
    for (const [run, js] of [
      [tanh, Math.tanh],
      [sin, Math.sin],
      [(x: Tensor) => log(add(x, 1)), (x: number) => Math.log(Math.fround(x + 1))],
    ] as const) {
      const got = await run(tensor(backend, input)).read();
      input.forEach((x, i) =>
        expect(Math.abs(got[i]! - js(x))).toBeLessThanOrEqual(3e-7 * Math.abs(js(x))),
      );
    }
    const low = range.filter((x) => x < -1);
    const got = await exp(tensor(backend, low)).read();
    low.forEach((x, i) =>
      expect(Math.abs(got[i]! - Math.exp(x))).toBeLessThanOrEqual(3e-7 * Math.exp(x) + 2e-38),
    );
  });

  test("neg, abs and relu of integers wrap around", async () => {
    const x = tensor(backend, extremes, { dtype: "i32" });
    await expectTensor(
      neg(x),
      [extremes.length],
      extremes.map((v) => -v | 0),
    );
    await expectTensor(
      abs(x),
      [extremes.length],
      extremes.map((v) => Math.abs(v) | 0),
    );
    await expectTensor(
      relu(x),
      [extremes.length],
      extremes.map((v) => Math.max(v, 0)),
    );
  });
});

describe("select and cast", () => {
  test("select broadcasts all three and lets no NaN through from the other side", async () => {
    const c = tensor(backend, [true, false, true], { shape: [3, 1] });
    const a = tensor(backend, [1, NaN], { shape: [2] });
    await expectTensor(select(c, a, tensor(backend, [[5, 6]])), [3, 2], [1, NaN, 5, 6, 1, NaN]);
    const large = tensor(backend, [16777217, -16777217], { dtype: "i32" });
    await expectTensor(select(tensor(backend, [true, false]), large, 0), [2], [16777217, 0]);
    await expectTensor(
      select(tensor(backend, [true, false]), tensor(backend, [false, false]), true),
      [2],
      [0, 1],
    );
  });

  test("floats are cut off into integers, saturating, and NaN becomes 0", async () => {
    const input = [
      NaN,
      Infinity,
      -Infinity,
      1.9,
      -1.9,
      3e9,
      -3e9,
      2147483520,
      -2147483648,
      -0.5,
      300,
      -300,
    ];
    const x = tensor(backend, input);
    const cut = (low: number, high: number): number[] =>
      input.map((v) => (v !== v ? 0 : Math.max(low, Math.min(high, Math.trunc(v))) + 0));
    await expectTensor(cast(x, "i32"), [12], cut(-2147483648, 2147483647));
    await expectTensor(cast(x, "u8"), [12], cut(0, 255));
    await expectTensor(cast(x, "i8"), [12], cut(-128, 127));
  });

  test("whatever is not 0 becomes true, NaN and denormals too", async () => {
    const input = [NaN, Infinity, 0, -0, 1e-42, -3].map(Math.fround);
    await expectTensor(cast(tensor(backend, input), "bool"), [6], [1, 1, 0, 0, 1, 1]);
    await expectTensor(cast(tensor(backend, [-5, 0, 7], { dtype: "i32" }), "bool"), [3], [1, 0, 1]);
  });

  test("integers and bools become floats and integers", async () => {
    const x = tensor(backend, [-16777216, 0, 7], { dtype: "i32" });
    await expectTensor(cast(x, "f32"), [3], [-16777216, 0, 7]);
    const large = [16777217, 16777219, -16777219, 2147483647, -2147483648, 2147483583, -65537];
    await expectTensor(
      cast(tensor(backend, large, { dtype: "i32" }), "f32"),
      [7],
      large.map(Math.fround),
    );
    const b = tensor(backend, [true, false]);
    await expectTensor(cast(b, "f32"), [2], [1, 0]);
    await expectTensor(add(cast(b, "i32"), 1), [2], [2, 1]);
    const wide = tensor(backend, [-1, 128, 256, 511, 2147483647], { dtype: "i32" });
    await expectTensor(cast(wide, "u8"), [5], [255, 128, 0, 255, 255]);
    await expectTensor(cast(wide, "i8"), [5], [-1, -128, 0, -1, -1]);
    const bytes = tensor(backend, Uint8Array.from([0, 128, 255]));
    await expectTensor(cast(bytes, "i8"), [3], [0, -128, -1]);
    await expectTensor(cast(bytes, "f32"), [3], [0, 128, 255]);
    await expectTensor(cast(tensor(backend, Int8Array.from([-128, 127])), "i32"), [2], [-128, 127]);
    expect(await bytes.read()).toEqual(Uint8Array.from([0, 128, 255]));
  });
});
