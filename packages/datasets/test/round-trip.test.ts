import { table } from "arquero";
import { parse } from "csv-parse/sync";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import {
  type ColumnType,
  readArrow,
  readCsv,
  readJson,
  writeArrow,
  writeCsv,
  writeJson,
} from "../src/index.ts";
import { columnsOf, inPieces } from "./support.ts";

const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 8 }).filter((one) => !one.includes("\0")),
  fc.constantFrom("", "NA", "NaN", "007", "1e5", "true", '"', "a\r\nb", "\r", " x ", ",", "\uFEFF"),
);
const name = text.filter((one) => one !== "" && one !== "__proto__");

const tables = fc
  .tuple(
    fc.uniqueArray(
      fc.tuple(name, fc.constantFrom<ColumnType>("number", "string", "boolean", "date")),
      {
        minLength: 1,
        maxLength: 5,
        selector: ([one]) => one,
      },
    ),
    fc.integer({ min: 1, max: 8 }),
  )
  .chain(([columns, rows]) =>
    fc.tuple(...columns.map(([, type]) => valuesOf(type, rows))).map((values) => ({
      types: Object.fromEntries(columns),
      columns: new Map(columns.map(([one], i) => [one, values[i]!])),
    })),
  );

function valuesOf(type: ColumnType, length: number): fc.Arbitrary<ArrayLike<unknown>> {
  const size = { minLength: length, maxLength: length };
  if (type === "number")
    return fc
      .array(fc.oneof(fc.double(), fc.integer(), fc.constantFrom(NaN, -0, 1.5)), size)
      .map((values) => Float64Array.from(values));
  if (type === "string") return fc.array(fc.option(text), size);
  if (type === "boolean") return fc.array(fc.option(fc.boolean()), size);
  const day = fc.date({
    min: new Date("-200000-01-01"),
    max: new Date("+200000-12-31"),
    noInvalidDate: true,
  });
  return fc.array(fc.option(day), size);
}

it("reads what was written, whatever the values, the names and the delimiter", async () => {
  await fc.assert(
    fc.asyncProperty(
      tables,
      fc.constantFrom(",", ";", "\t", "|"),
      fc.integer({ min: 1, max: 20 }),
      async ({ types, columns }, delimiter, size) => {
        const written = writeCsv(table(columns), { delimiter });
        const back = await readCsv(inPieces(written, size), { delimiter, types });
        expect(columnsOf(back)).toEqual(Object.fromEntries(columns));
      },
    ),
    { seed: 5, numRuns: 300 },
  );
});

it("finds what csv-parse finds, or refuses what it refuses", async () => {
  const found = { tables: 0, errors: 0 };
  const signs = fc.constantFrom(...'ab1 ,\n\r"', "\r\n", '""');
  const cell = fc.oneof(
    fc.stringMatching(/^[ab1 ]{0,3}$/),
    fc.array(signs, { maxLength: 4 }).map((list) => `"${list.join("").replaceAll('"', '""')}"`),
  );
  const row = fc
    .tuple(cell, cell, fc.constantFrom("\n", "\r", "\r\n"))
    .map(([a, b, end]) => `${a},${b}${end}`);
  const files = fc.oneof(
    fc.array(signs, { maxLength: 40 }),
    fc.array(row, { minLength: 1, maxLength: 8 }),
    fc.array(fc.oneof({ weight: 6, arbitrary: row }, signs), { maxLength: 8 }),
  );
  await fc.assert(
    fc.asyncProperty(files, fc.integer({ min: 1, max: 9 }), async (parts, size) => {
      const file = parts.join("");
      let rows: string[][] | undefined;
      try {
        rows = parse(file, { record_delimiter: ["\r\n", "\n", "\r"], skip_empty_lines: true });
      } catch {
        rows = undefined;
      }
      // An empty line is a row where there is one column.
      fc.pre(rows === undefined || (rows.length > 0 && rows[0]!.length > 1));
      const width = rows?.[0]?.length ?? 0;
      const names = Array.from({ length: width }, (_, i) => `c${i}`);
      const reading = readCsv(inPieces(file, size), {
        header: false,
        delimiter: ",",
        missing: [],
        names: (given) => given.map((_, i) => `c${i}`),
        ...(rows && { types: Object.fromEntries(names.map((one) => [one, "string"])) }),
      });
      if (rows) {
        const columns = names.map((one, i) => [one, rows.map((cells) => cells[i])]);
        expect(columnsOf(await reading)).toEqual(Object.fromEntries(columns));
        found.tables++;
      } else {
        await expect(reading).rejects.toThrow(/line \d+, column \d+/);
        found.errors++;
      }
    }),
    { seed: 5, numRuns: 2000 },
  );
  expect(Math.min(found.tables, found.errors)).toBeGreaterThan(500);
});

it("keeps tables in Arrow and JSON, too", async () => {
  await fc.assert(
    fc.asyncProperty(tables, async ({ types, columns }) => {
      // A column without any value says nothing about its type.
      const kept = new Map(
        [...columns].filter(([, values]) =>
          Array.from(values).some((value) => value !== null && !Number.isNaN(value)),
        ),
      );
      fc.pre(kept.size > 0);
      // The decoder of Arrow's strings takes these for byte order marks.
      fc.pre(
        ![...kept].some(([one, values]) =>
          [one, ...Array.from(values)].some((value) => String(value).startsWith("\uFEFF")),
        ),
      );
      const given = table(kept);
      const expected = Object.fromEntries(kept);
      expect(columnsOf(await readArrow(writeArrow(given)))).toEqual(expected);
      const isFinite = [...kept.values()].every((values) =>
        Array.from(values).every((value) => Math.abs(Number(value)) !== Infinity),
      );
      fc.pre(isFinite);
      // JSON is written without the sign of zero.
      const inJson = Object.fromEntries(
        [...kept].map(([one, values]) => [
          one,
          types[one] === "number"
            ? Float64Array.from(values as Float64Array, (value) => value + 0)
            : values,
        ]),
      );
      const known = Object.fromEntries(Object.entries(types).filter(([one]) => kept.has(one)));
      for (const as of ["rows", "columns"] as const)
        expect(columnsOf(await readJson(writeJson(given, { as }), { types: known }))).toEqual(
          inJson,
        );
    }),
    { seed: 5, numRuns: 200 },
  );
});
