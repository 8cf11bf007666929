import { table, toArrowIPC } from "arquero";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readArrow, writeArrow } from "../src/index.ts";
import { columnsOf, errorOf } from "./support.ts";

const given = table({
  a: Float64Array.of(1, 2, NaN, 4),
  b: ["x", null, "üü", "x"],
  c: [true, false, null, true],
  d: [new Date(0), null, new Date(5), new Date(1e12)],
});
const file = writeArrow(given);
const stream = writeArrow(given, { format: "stream" });

/** Where some bytes are the last time. */
function lastIndexOf(bytes: Uint8Array, part: Uint8Array): number {
  for (let at = bytes.length - part.length; at >= 0; at--)
    if (part.every((byte, i) => bytes[at + i] === byte)) return at;
  throw new Error("They are nowhere.");
}

function changed(bytes: Uint8Array, at: number, values: readonly number[]): Uint8Array {
  const copy = bytes.slice();
  copy.set(values, at);
  return copy;
}

describe("a damaged Arrow file", () => {
  it("is a table of as many rows or an error, soon and in little memory", async () => {
    const seen = { tables: 0, errors: 0 };
    const byte = fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 127, 255));
    const changes = fc.array(
      fc.tuple(
        fc.nat(),
        fc.oneof(
          byte.map((one) => [one]),
          fc.constant([255, 255, 255, 127]),
        ),
      ),
      { minLength: 1, maxLength: 3 },
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(file, stream), changes, async (bytes, list) => {
        const broken = bytes.slice();
        for (const [at, values] of list) broken.set(values, at % (broken.length - 4));
        try {
          expect((await readArrow(broken)).numRows()).toBe(4);
          seen.tables++;
        } catch (error) {
          expect((error as Error).message).toMatch(/^readArrow: /);
          seen.errors++;
        }
      }),
      { seed: 5, numRuns: 1500 },
    );
    expect(Math.min(seen.tables, seen.errors)).toBeGreaterThan(100);
  });

  it("is refused wherever it is cut off", async () => {
    for (let end = 0; end < file.length; end += 7)
      await expect(readArrow(file.subarray(0, end))).rejects.toThrow("readArrow: this is no file");
  });

  it("is refused where texts lie behind each other's ends", async () => {
    const texts = toArrowIPC(table({ b: ["aaaa", "bbbb", "cccc"] }), {
      types: {},
      format: "stream",
    });
    // Dictionaries have their texts one behind the other, from 0 to 4 to 8 to 12.
    const ends = lastIndexOf(texts, Uint8Array.of(4, 0, 0, 0, 8, 0, 0, 0, 12, 0, 0, 0));
    for (const [at, end] of [
      [ends + 8, 255],
      [ends + 4, 2],
    ] as const)
      expect((await errorOf(readArrow(changed(texts, at, [end])))).message).toContain(
        "it declares a text that is longer than it holds",
      );
  });
});

it("reads Arrow wherever it begins in memory", async () => {
  for (const bytes of [file, stream]) {
    const shifted = changed(new Uint8Array(bytes.length + 3), 3, [...bytes]).subarray(3);
    expect(columnsOf(await readArrow(shifted))).toEqual(columnsOf(given));
  }
});

it("reads integers of 64 bits as numbers where doubles hold them, or as strings", async () => {
  const integers = writeArrowOf({ small: [1n, -2n], large: [1n, 2n ** 53n + 1n] });
  expect(columnsOf(await readArrow(integers, { types: { large: "string" } }))).toEqual({
    small: Float64Array.of(1, -2),
    large: ["1", "9007199254740993"],
  });
  expect((await errorOf(readArrow(integers))).message).toMatch(
    /column 'large' has 9007199254740993 in row 1.*"string"/,
  );
});

it("refuses lists of Arrow before it makes them, where they are selected", async () => {
  const lists = writeArrowOf({ a: [[1], [2, 3]], b: [1, 2] });
  expect((await errorOf(readArrow(lists))).message).toContain("column 'a' has lists or objects");
  expect(columnsOf(await readArrow(lists, { select: ["b"] }))).toEqual({
    b: Float64Array.of(1, 2),
  });
});

function writeArrowOf(columns: { [name: string]: unknown[] }): Uint8Array {
  return toArrowIPC(table(columns), {});
}
