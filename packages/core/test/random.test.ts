import {
  bernoulli,
  foldIn,
  jit,
  normal,
  place,
  randomBits,
  randomKey,
  tensor,
  trace,
  uniform,
  vectorize,
  type Tensor,
} from "@nn/core";
import { describe, expect, test } from "vitest";

import { backends } from "./backends.ts";
import { values } from "./check.ts";

describe.each(backends)("on $kind", (backend) => {
  function key(...words: number[]): Tensor {
    return tensor(backend, Int32Array.from(words));
  }

  function hex(x: Tensor): string {
    return values(x)
      .map((word) => (word >>> 0).toString(16).padStart(8, "0"))
      .join(" ");
  }

  /** The block [counter, index]: two words of a draw that is long enough to hold it. */
  function block(words: Tensor, counter: number, index: number): string {
    return hex(randomBits(words, [index * 2 + 2], counter))
      .split(" ")
      .slice(-2)
      .join(" ");
  }

  /** Threefry-2x32-20 as its paper writes it, in plain numbers. */
  function threefry(k: readonly [number, number], c: readonly [number, number]): [number, number] {
    const ks = [k[0], k[1], k[0] ^ k[1] ^ 0x1bd11bda];
    const rotations = [13, 15, 26, 6, 17, 29, 16, 24];
    let [x, y] = [(c[0] + ks[0]!) | 0, (c[1] + ks[1]!) | 0];
    for (let d = 0; d < 20; d++) {
      x = (x + y) | 0;
      const r = rotations[d % 8]!;
      y = ((y << r) | (y >>> (32 - r))) ^ x;
      if (d % 4 === 3) {
        const s = (d + 1) / 4;
        x = (x + ks[s % 3]!) | 0;
        y = (y + ks[(s + 1) % 3]! + s) | 0;
      }
    }
    return [x, y];
  }

  describe("randomBits", () => {
    // Known answers of Random123 1.14, tests/kat_vectors, threefry2x32 with 20 rounds.
    test("gives the published words for the key and block of zeros", () => {
      expect(hex(randomBits(key(0, 0), [2]))).toBe("6b200159 99ba4efe");
    });

    test("agrees with an implementation that gives the published words of the other blocks", () => {
      const shown = (words: number[]): string =>
        words.map((word) => (word >>> 0).toString(16)).join(" ");
      expect(shown(threefry([-1, -1], [-1, -1]))).toBe("1cb996fc bb002be7");
      expect(shown(threefry([0x13198a2e, 0x03707344], [0x243f6a88, 0x85a308d3]))).toBe(
        "c4923a9c 483df7a0",
      );
      for (const [first, second, counter] of [
        [-1, -1, -1],
        [0x13198a2e, 0x03707344, 0x243f6a88],
        [7, -2147483648, 2147483647],
      ] as const)
        for (const index of [0, 1, 6]) {
          const expected = threefry([first, second], [counter, index]);
          expect(block(key(first, second), counter, index)).toBe(
            expected.map((word) => (word >>> 0).toString(16).padStart(8, "0")).join(" "),
          );
        }
    });

    test("begins a longer draw with the shorter one, in any shape", () => {
      const long = values(randomBits(key(3, 4), [3, 5], 9));
      for (const shape of [[], [1], [7], [2, 2], [0], [4, 0]])
        expect(values(randomBits(key(3, 4), shape, 9))).toEqual(
          long.slice(
            0,
            shape.reduce((size, length) => size * length, 1),
          ),
        );
    });

    test("takes the counter as an operand, so that a step counter does not change the program", () => {
      const draw = jit((counter: Tensor) => randomBits(randomKey(5), [3], counter));
      for (const step of [0, 1, 1000])
        expect(values(draw(tensor(backend, step, { dtype: "i32" })))).toEqual(
          values(randomBits(key(0, 5), [3], step)),
        );
    });

    test("draws for every key and counter of a batch", () => {
      const keys = tensor(
        backend,
        [
          [1, 2],
          [3, 4],
          [5, 6],
        ],
        { dtype: "i32" },
      );
      const counters = tensor(backend, [7, 8, 9], { dtype: "i32" });
      const drawn = vectorize((k: Tensor, c: Tensor) => randomBits(k, [5], c))(keys, counters);
      const expected = [
        [1, 2, 7],
        [3, 4, 8],
        [5, 6, 9],
      ].flatMap(([a, b, c]) => values(randomBits(key(a!, b!), [5], c)));
      expect(values(drawn)).toEqual(expected);
    });

    test("says what a key is", () => {
      expect(() => randomBits(tensor(backend, [1, 2]), [3])).toThrow(
        "randomBits: expected a key i32[2] (of randomKey() or foldIn()) and a counter i32[], got f32[2] and i32[]",
      );
    });
  });

  describe("keys", () => {
    test("hold all bits of the seed", async () => {
      const words = async (seed: number): Promise<number[]> =>
        values(await place(backend, randomKey(seed)));
      expect(await words(0)).toEqual([0, 0]);
      expect(await words(-1)).toEqual([-1, -1]);
      expect(await words(2 ** 40 + 3)).toEqual([256, 3]);
      expect(await words(Number.MAX_SAFE_INTEGER)).toEqual([2097151, -1]);
      expect(() => randomKey(0.5)).toThrow(
        "randomKey: expected a whole number up to ±2⁵³ as the seed, got 0.5",
      );
      expect(() => randomKey(NaN)).toThrow("got NaN");
    });

    test("differ for every piece of data, and from what is drawn with them", () => {
      const root = key(0, 7);
      const data = [0, 1, 2, -1, "", "a", "b", "0/dropout", "1/dropout", "model/0", "model/1"];
      const folded = data.map((item) => hex(foldIn(root, item)));
      const drawn = [0, 1, 2, -1].map((counter) => hex(randomBits(root, [2], counter)));
      expect(new Set([...folded, ...drawn, hex(root)]).size).toBe(data.length + drawn.length + 1);
    });

    test("are the same for a number and for a tensor that holds it", () => {
      for (const step of [0, 12, -3])
        expect(hex(foldIn(key(1, 2), tensor(backend, step, { dtype: "i32" })))).toBe(
          hex(foldIn(key(1, 2), step)),
        );
    });

    test("keep their words from release to release", () => {
      expect(hex(foldIn(key(0, 7), "model/dropout"))).toMatchInlineSnapshot(`"e3bf4f32 9930cf2a"`);
      expect(hex(foldIn(key(0, 7), 1))).toMatchInlineSnapshot(`"34069fbc 2163059e"`);
    });

    test("fold into a program without leaving anything to the host", () => {
      const program = trace(
        (step: Tensor) => uniform(foldIn(randomKey(1), step), [2]),
        tensor(backend, 1, { dtype: "i32" }),
      );
      expect(program.inputs.length).toBe(1);
    });
  });

  describe("distributions", () => {
    const root = key(11, 12);

    test("uniform f32 is the upper 24 bits, exactly", () => {
      const bits = values(randomBits(root, [100], 3));
      const unit = values(uniform(root, [100], { counter: 3 }));
      expect(unit).toEqual(bits.map((word) => (word >>> 8) * 2 ** -24));
    });

    test("uniform f64 has 53 bits of two words", () => {
      const bits = values(randomBits(root, [40, 2]));
      const unit = values(uniform(root, [40], { dtype: "f64" }));
      expect(unit).toEqual(
        unit.map((_, i) => ((bits[2 * i]! >>> 5) * 2 ** 26 + (bits[2 * i + 1]! >>> 6)) * 2 ** -53),
      );
      expect(() => uniform(root, [2], { dtype: "i32" })).toThrow(
        "uniform: expected f32 or f64, got i32; use randomBits() for integers",
      );
    });

    test("uniform keeps to its bounds", () => {
      for (const dtype of ["f32", "f64"] as const) {
        const drawn = values(uniform(root, [2000], { dtype, low: -3, high: 5 }));
        expect(Math.min(...drawn)).toBeGreaterThanOrEqual(-3);
        expect(Math.max(...drawn)).toBeLessThanOrEqual(5);
        expectMoments(drawn, 1, 64 / 12);
      }
    });

    test("normal has the moments that were asked for, and is finite", () => {
      for (const dtype of ["f32", "f64"] as const) {
        const drawn = values(normal(root, [2001], { dtype, mean: 2, deviation: 3 }));
        expect(drawn.length).toBe(2001);
        expect(drawn.every(Number.isFinite)).toBe(true);
        expectMoments(drawn, 2, 9);
        const fourth = drawn.reduce((total, x) => total + ((x - 2) / 3) ** 4, 0) / drawn.length;
        expect(Math.abs(fourth - 3)).toBeLessThan(0.6);
      }
      expect(normal(root, [0]).shape).toEqual([0]);
      expect(normal(root, []).shape).toEqual([]);
    });

    test("bernoulli is never true at 0, always at 1, and in between as often as it should be", () => {
      const count = (probability: number): number =>
        values(bernoulli(root, probability, [2000])).reduce((total, x) => total + x, 0);
      expect(count(0)).toBe(0);
      expect(count(1)).toBe(2000);
      expect(Math.abs(count(0.3) - 600)).toBeLessThan(4 * Math.sqrt(2000 * 0.3 * 0.7));
      expect(bernoulli(root, 0.5, [2]).dtype).toBe("bool");
      expect(bernoulli(root, tensor(backend, [0, 1]), [3, 2]).shape).toEqual([3, 2]);
    });

    test("different keys and counters have no correlation", () => {
      const draws = [
        uniform(root, [2000]),
        uniform(root, [2000], { counter: 1 }),
        uniform(foldIn(root, 0), [2000]),
        uniform(foldIn(root, "a"), [2000]),
      ].map(values);
      for (const [i, a] of draws.entries())
        for (const b of draws.slice(i + 1)) {
          const covariance =
            a.reduce((total, x, j) => total + (x - 0.5) * (b[j]! - 0.5), 0) / a.length;
          expect(Math.abs(covariance * 12)).toBeLessThan(4 / Math.sqrt(2000));
        }
    });
  });

  /** Mean and variance within four standard errors, and the fourth moment taken as that of the normal distribution. */
  function expectMoments(drawn: readonly number[], mean: number, variance: number): void {
    const average = drawn.reduce((total, x) => total + x, 0) / drawn.length;
    const spread = drawn.reduce((total, x) => total + (x - mean) ** 2, 0) / drawn.length;
    expect(Math.abs(average - mean)).toBeLessThan(4 * Math.sqrt(variance / drawn.length));
    expect(Math.abs(spread - variance)).toBeLessThan(4 * variance * Math.sqrt(2 / drawn.length));
  }
});
