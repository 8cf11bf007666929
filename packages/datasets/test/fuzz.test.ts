import * as fc from "fast-check";
import { expect, it } from "vitest";
import { type CsvOptions, readCsv, type Source } from "../src/index.ts";
import { columnsOf, inPieces } from "./support.ts";

/** What becomes of a source: the columns, or the error. */
async function outcome(source: Source, options: CsvOptions): Promise<unknown> {
  try {
    return columnsOf(await readCsv(source, options));
  } catch (error) {
    const { name, message, line, column } = error as Error & { line: number; column: number };
    expect(name).toBe("CsvError");
    expect(message).toMatch(`readCsv: line ${line}, column ${column}`);
    return message;
  }
}

const pieces = fc.constantFrom(
  "a",
  "b",
  "1",
  "2.50",
  "-3e4",
  "007",
  "NA",
  "",
  " ",
  "true",
  "ü",
  ",",
  ";",
  "\t",
  "\n",
  "\r\n",
  "\r",
  '"',
  '""',
  "é\u{1f600}",
  "\uFEFF",
);
const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 60 }),
  fc.array(pieces, { maxLength: 40 }).map((parts) => new TextEncoder().encode(parts.join(""))),
  // Rows that belong together, of which a few bytes are others.
  fc
    .tuple(
      fc.array(fc.tuple(pieces, pieces, pieces), { minLength: 1, maxLength: 8 }),
      fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 2 }),
    )
    .map(([rows, changes]) => {
      const text = `x,y,z\n${rows.map((row) => row.map((cell) => (/[",;\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join()).join("\n")}`;
      const encoded = new TextEncoder().encode(text);
      for (const [at, byte] of changes) encoded[at % encoded.length] = byte;
      return encoded;
    }),
);
const options: fc.Arbitrary<CsvOptions> = fc.record(
  {
    delimiter: fc.constantFrom("auto", ",", ";"),
    quote: fc.constantFrom('"', "'", false as const),
    header: fc.boolean(),
    missing: fc.constantFrom(["", "NA"], [], ["1", "2.5"]),
    longestLine: fc.constantFrom(10, 1000),
  },
  { requiredKeys: [] },
);

it("makes the same of any bytes in any pieces: a table, or an error with line and column", async () => {
  let tables = 0;
  await fc.assert(
    fc.asyncProperty(bytes, options, fc.integer({ min: 1, max: 12 }), async (file, given, size) => {
      const whole = await outcome(file, given);
      expect(await outcome(inPieces(file, size), given)).toEqual(whole);
      if (typeof whole === "object") tables++;
    }),
    { seed: 5, numRuns: 3000 },
  );
  expect(tables).toBeGreaterThan(300);
});

it("finds the same types whatever the order of rows", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        pieces.filter((cell) => !/["\r\n;,\t]/.test(cell)),
        { minLength: 1, maxLength: 12 },
      ),
      async (cells) => {
        const read = async (list: readonly string[]) =>
          columnsOf(
            await readCsv(`k,v\n${list.map((cell) => `x,${cell}`).join("\n")}`, { delimiter: "," }),
          )["v"] as ArrayLike<unknown>;
        const forward = await read(cells);
        const backward = await read(cells.toReversed());
        expect(Object.prototype.toString.call(backward)).toBe(
          Object.prototype.toString.call(forward),
        );
        expect(Array.from(backward).toReversed()).toEqual(Array.from(forward));
      },
    ),
    { seed: 5, numRuns: 500 },
  );
});
