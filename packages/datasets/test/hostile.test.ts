import { describe, expect, it } from "vitest";
import { type CsvOptions, readCsv, type Source } from "../src/index.ts";
import { errorOf } from "./support.ts";

const cases: readonly [string, Source, string, CsvOptions?][] = [
  [
    "a row that is too short",
    "a,b\n1,2\n3\n",
    "line 3, column 2: the row has 1 cell, expected 2 as in line 1",
  ],
  ["a row that is too long", "a,b\n1,2,3\n", "line 2, column 5: the row has 3 cells, expected 2"],
  ["a row behind quoted lines", 'a,b\n"x\ny",2\n1\n', "line 4, column 2: the row has 1 cell"],
  ["a row with too much in quoted lines", 'a,b\n"x\nyü",2,3\n', "line 3, column 7: the row has 3"],
  ["a quote that is not closed", 'a,b\n1,"2\n3,4\n', "line 2, column 3: the quote that opens here"],
  ["a quote within a cell", 'a,b\n1,x"y\n', "line 2, column 4: a quote inside a cell"],
  ["text behind a quote", 'a,b\n1,"x"y\n', "line 2, column 6: text after a closing quote"],
  ["nothing", "", "line 1, column 1: the file is empty"],
  ["nothing but empty lines", "\n\n", "the file is empty"],
  ["a header alone", "a,b\n", "there are no rows behind the header"],
  ["a path", "houses.csv", "not its path"],
  [
    "columns of the same name",
    "a,b,a\n1,2,3\n",
    "line 1, column 5: columns 1 and 3 are both named 'a'",
  ],
  ["a column without a name", "a,,b\n1,2,3\n", "line 1, column 3: column 2 has no name"],
  [
    "a column named like the prototype",
    "a,__proto__\n1,2\n",
    "line 1, column 3: '__proto__' is no name",
  ],
  [
    "bytes that are no UTF-8",
    Uint8Array.of(97, 44, 98, 10, 49, 44, 0xc3, 0x28, 10),
    "line 2, column 3 ('b'): expected text of UTF-8",
  ],
  [
    "a header that is no UTF-8",
    Uint8Array.of(97, 44, 0xff, 10, 49, 44, 49, 10),
    "line 1, column 3: expected text of UTF-8",
  ],
  ["UTF-16", Uint8Array.of(0xff, 0xfe, 97, 0, 10, 0), 'encoding: "utf-16le"'],
  ["UTF-16 without a mark", Uint8Array.of(97, 0, 10, 0, 49, 0), 'encoding: "utf-16le"'],
  ["UTF-16 of the other order", Uint8Array.of(0, 97, 0, 10, 0, 49, 0, 10), 'encoding: "utf-16be"'],
  [
    "bytes that are no UTF-8, though it is said so",
    Uint8Array.of(97, 44, 98, 10, 49, 44, 0xc3, 0x28, 10),
    "line 2, column 3 ('b'): expected text of UTF-8",
    { encoding: "utf-8" },
  ],
  ["a compressed file", Uint8Array.of(0x1f, 0x8b, 8, 0), "DecompressionStream"],
  ["a spreadsheet", Uint8Array.of(0x50, 0x4b, 3, 4, 0), "save it as CSV"],
  [
    "a number that is too large",
    "a,b\n1e999,1\n",
    "line 2, column 1 ('a'): expected a number, got '1e999'",
    { types: { a: "number" } },
  ],
  [
    "a fraction among integers",
    "a,b\n1.5,1\n",
    "line 2, column 1 ('a'): expected a whole number",
    { types: { a: "integer" } },
  ],
  [
    "nothing among integers",
    "a,b\n1,1\n,1\n",
    'types: { "a": "number" }',
    { types: { a: "integer" }, invalid: "missing" },
  ],
  ["an encoding of strings", "a,b\n1,2\n", "strings have no encoding", { encoding: "utf-16le" }],
  ["half of a pair", "a\n\uD800x\n", "half of a surrogate pair"],
  [
    "a type of no column",
    "a\n1\n",
    "types names a column 'b' that there is not; there are 'a'",
    { types: { b: "number" } },
  ],
  ["a choice of no column", "a\n1\n", "select names a column 'b'", { select: ["b"] }],
  ["names that are none", "a,b\n1,2\n", "names must be a list", { names: () => "xy" as never }],
  ["too few names", "a,b\n1,2\n", "names has 1 names, expected 2", { names: ["x"] }],
];

describe("a clear error", () => {
  it.each(cases)("for %s", async (_, source, message, options) => {
    expect((await errorOf(readCsv(source, options))).message).toContain(message);
  });

  it.each([
    [{ delimiter: ",," }, "delimiter must be one sign"],
    [{ delimiter: "." }, "delimiter must be one sign"],
    [{ delimiter: ",", decimal: "," }, "must differ"],
    [{ quote: 5 }, "quote must be one sign of ASCII or false"],
    [{ types: { a: "float" } }, "the type of 'a' must be one of"],
    [{ types: ["number"] }, "types must be an object"],
    [{ missing: "NA" }, "missing must be a list of strings"],
    [{ encoding: "klingon" }, "there is no encoding"],
    [{ longestLine: 0 }, "longestLine must be a whole number from 1"],
    [{ select: ["a", "a"] }, "select has 'a' twice"],
    [{ signal: {} }, "signal must be an AbortSignal"],
    [{ onProgress: 1 }, "onProgress must be a function"],
    [{ sep: ";" }, "there is no option 'sep'"],
    [null, "expected options"],
  ])("for the options %j", async (options, message) => {
    const error = await errorOf(readCsv("a\n1\n", options as CsvOptions));
    expect(error.message).toContain(message);
  });

  it("for things that are no source", async () => {
    for (const source of [5, null, undefined, {}, [1], new Float64Array(1)])
      await expect(readCsv(source as never)).rejects.toThrow(/readCsv: expected /);
  });
});

describe("bounded memory", () => {
  const block = new TextEncoder().encode("x".repeat(2 ** 16));
  async function* endless(start: string, seen: { bytes: number }) {
    yield new TextEncoder().encode(start);
    for (; seen.bytes < 2 ** 30; seen.bytes += block.length) yield block;
  }

  it.each([
    ["a line of 1 GB", "a,b\n1,", "line 2, column 1: the line has more than 16777216 bytes"],
    ["a first line of 1 GB", "", "line 1, column 1: the line has more than 16777216 bytes"],
    [
      "a quote that is open for 1 GB",
      'a,b\n1,2\n3,"',
      "line 3, column 3: the quote that opens here is not closed",
    ],
  ])("with %s", async (_, start, message) => {
    const seen = { bytes: 0 };
    const error = await errorOf(readCsv(endless(start, seen)));
    expect(error.message).toContain(message);
    expect(seen.bytes).toBeLessThan(2 ** 25);
  });

  it("with a million columns", async () => {
    const names = Array.from({ length: 1e6 }, (_, i) => `c${i}`).join(",");
    const error = await errorOf(readCsv(`${names}\n`));
    expect(error.message).toContain("the line has 1000000 cells, expected at most 100000");
    expect(error.column).toBe(names.indexOf("c100000,") + 1);
  });

  it("whatever the limit is", async () => {
    const text = `a,b\n1,${"x".repeat(100)}\n2,y\n`;
    expect((await readCsv(text, { longestLine: 103 })).numRows()).toBe(2);
    await expect(readCsv(text, { longestLine: 102 })).rejects.toThrow("line 2, column 1");
  });
});
