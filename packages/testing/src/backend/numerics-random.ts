import { randomBits, uniform } from "@nn/core";
import { randomWords } from "../reference/threefry.ts";
import type { NumericCase } from "./numerics.ts";

const key = [0x13198a2e, 0x03707344] as const;
const signed = (word: number): number => word | 0;

/** Random numbers, which are the same bits everywhere. */
export const randomCases: readonly NumericCase[] = [
  {
    name: "random bits are the published ones for key and counter 0",
    dtypes: ["i32"],
    compute: ({ x }) => randomBits(x([0, 0]), [2]),
    expected: [0x6b200159, 0x99ba4efe].map(signed),
  },
  {
    name: "random bits are Threefry's for other keys and counters",
    dtypes: ["i32"],
    compute: ({ x, of }) => randomBits(x(key.map(signed)), [3, 5], of("i32", [-7], [])),
    expected: randomWords(key, -7, 15).map(signed),
  },
  {
    name: "uniform numbers are the upper 24 bits",
    dtypes: ["f32"],
    compute: ({ of }) => uniform(of("i32", key.map(signed)), [9], { counter: of("i32", [3], []) }),
    expected: randomWords(key, 3, 9).map((word) => (word >>> 8) * 2 ** -24),
  },
  {
    name: "uniform numbers have 53 bits in f64",
    dtypes: ["f64"],
    compute: ({ of, dtype }) => uniform(of("i32", key.map(signed)), [4], { dtype }),
    expected: randomWords(key, 0, 8).flatMap((word, e, all) =>
      e % 2 === 0 ? [((word >>> 5) * 2 ** 26 + (all[e + 1]! >>> 6)) * 2 ** -53] : [],
    ),
  },
];
