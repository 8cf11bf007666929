import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { csvLine, csvRecords } from "../src/node/csv.ts";

/** Texts with all that needs care. */
const text = fc.string({ unit: fc.constantFrom(...',"\n\r aä😀1') });

describe("csvRecords", () => {
  it("finds what csvLine wrote", () => {
    const rows = fc.array(fc.array(text, { minLength: 1, maxLength: 4 }), { maxLength: 4 });
    fc.assert(
      fc.property(rows, (expected) => {
        const written = expected.map(csvLine).join("");
        const records = csvRecords(written);
        expect(records.map(({ values }) => values)).toEqual(expected);
        expect(records.at(-1)?.end ?? 0).toBe(written.length);
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it("leaves out what has no line break at its end, or is not closed", () => {
    for (const rest of ["3,4", '3,"4', '3,"4\n', '"'])
      expect(csvRecords(`1,2\n${rest}`)).toEqual([{ values: ["1", "2"], end: 4 }]);
  });

  it("takes line breaks of Windows for what they are", () => {
    expect(csvRecords("1,2\r\n3,4\r\n").map(({ values }) => values)).toEqual([
      ["1", "2"],
      ["3", "4"],
    ]);
  });
});
