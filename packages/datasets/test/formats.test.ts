import { table } from "arquero";
import { ByteWriter, ParquetWriter, parquetWriteBuffer } from "hyparquet-writer";
import { describe, expect, it } from "vitest";
import { readArrow, readJson, readParquet, writeArrow, writeCsv, writeJson } from "../src/index.ts";
import { columnsOf, errorOf } from "./support.ts";

const parquet = new Uint8Array(
  parquetWriteBuffer({
    columnData: [
      { name: "price", data: [1.5, 2.5, null], type: "DOUBLE" },
      { name: "rooms", data: [1, 2, 3], type: "INT32" },
      { name: "id", data: [1n, 2n, 2n ** 53n + 1n], type: "INT64" },
      { name: "city", data: ["a", null, "ü"], type: "STRING" },
      { name: "isNew", data: [true, false, null], type: "BOOLEAN" },
      { name: "sold", data: [new Date(0), new Date(86_400_000), null], type: "TIMESTAMP" },
      { name: "extra", data: [{ a: 1 }, { a: 2 }, { a: 3 }], type: "JSON" },
    ],
    rowGroupSize: 2,
  }),
);

/** A file of three rows, whose footer is changed before it is written. */
function withFooter(change: (footer: ParquetWriter) => void): Uint8Array {
  const writer = new ByteWriter();
  const schema = [
    { name: "root", num_children: 1 },
    { name: "a", type: "DOUBLE" as const, repetition_type: "REQUIRED" as const },
  ];
  const parts = new ParquetWriter({ writer, schema });
  parts.write({ columnData: [{ name: "a", data: [1, 2, 3] }] });
  change(parts);
  parts.finish();
  return new Uint8Array(writer.getBuffer());
}

describe("Parquet", () => {
  const select = ["price", "rooms", "city", "isNew", "sold", "id"];

  it("becomes plain columns, across groups of rows", async () => {
    const expected = {
      price: Float64Array.of(1.5, 2.5, NaN),
      rooms: Float64Array.of(1, 2, 3),
      city: ["a", null, "ü"],
      isNew: [true, false, null],
      sold: [new Date(0), new Date(86_400_000), null],
      id: ["1", "2", "9007199254740993"],
    };
    const options = { select, types: { id: "string" } } as const;
    expect(columnsOf(await readParquet(parquet, options))).toEqual(expected);
    expect(columnsOf(await readParquet(new Blob([parquet]), options))).toEqual(expected);
  });

  it("reads no more than the columns that are needed", async () => {
    let bytes = 0;
    const data = new Float64Array(100_000).map((_, i) => Math.sin(i));
    const large = parquetWriteBuffer({
      columnData: ["a", "b", "c", "d"].map((name) => ({ name, data, type: "DOUBLE" })),
      codec: "UNCOMPRESSED",
    });
    const slice = (start: number, end?: number): ArrayBuffer => {
      const part = large.slice(start, end);
      bytes += part.byteLength;
      return part;
    };
    const file = { byteLength: large.byteLength, slice };
    expect(columnsOf(await readParquet(file, { select: ["c"] }))["c"]).toEqual(data);
    expect(bytes).toBeLessThan(large.byteLength / 2);
  });

  it("refuses integers that no double holds, nested values, and other files", async () => {
    expect((await errorOf(readParquet(parquet, { select: ["id"] }))).message).toMatch(
      /column 'id' has 9007199254740993 in row 2.*"string"/,
    );
    expect((await errorOf(readParquet(parquet, { select: ["extra"] }))).message).toMatch(
      /column 'extra' has an object in row 0/,
    );
    expect((await errorOf(readParquet(parquet, { select: ["x"] }))).message).toMatch(
      /no column 'x'; there are 'price', 'rooms'/,
    );
    for (const broken of [
      new Uint8Array(0),
      new TextEncoder().encode("a,b\n1,2\n"),
      parquet.subarray(0, 200),
      parquet.subarray(100),
    ])
      await expect(readParquet(broken)).rejects.toThrow("readParquet: this is no Parquet file");
  });

  it("is refused where its footer says what is not so", async () => {
    expect(columnsOf(await readParquet(withFooter(() => undefined)))).toEqual({
      a: Float64Array.of(1, 2, 3),
    });
    const rows = (count: bigint) => (footer: ParquetWriter) => {
      footer.num_rows = footer.row_groups[0]!.num_rows = count;
    };
    const place = (at: bigint) => (footer: ParquetWriter) => {
      footer.row_groups[0]!.columns[0]!.meta_data!.data_page_offset = at;
    };
    for (const [change, message] of [
      [rows(2n ** 40n), "in column 'a': 3 values, expected 1099511627776"],
      [rows(4n), "in column 'a': 3 values, expected 4, one for each row"],
      [rows(-1n), "a group has -1 rows"],
      [(footer) => (footer.num_rows = 4n), "it has 4 rows, and its groups have 3"],
      [place(2n ** 40n), "bytes from 1099511627776"],
      [place(-5n), "bytes from -5"],
    ] as const satisfies [(footer: ParquetWriter) => void, string][])
      await expect(readParquet(withFooter(change))).rejects.toThrow(message);
  });

  it("is not read when it is stopped", async () => {
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(readParquet(parquet, { signal })).rejects.toThrow("enough");
  });
});

describe("Arrow", () => {
  it("is what arquero writes", async () => {
    const given = table({ a: Float64Array.of(1, NaN), b: ["x", null], c: [true, false] });
    for (const format of ["file", "stream"] as const)
      expect(columnsOf(await readArrow(writeArrow(given, { format })))).toEqual({
        a: Float64Array.of(1, NaN),
        b: ["x", null],
        c: [true, false],
      });
  });

  it("is refused where it is something else", async () => {
    const bytes = writeArrow(table({ a: [1, 2, 3] }));
    for (const broken of [
      new Uint8Array(0),
      new TextEncoder().encode("a,b\n1,2\n"),
      bytes.subarray(40),
    ])
      await expect(readArrow(broken)).rejects.toThrow("readArrow: this is no file of Arrow");
  });
});

describe("JSON", () => {
  it("is rows or columns, of which any may be missing", async () => {
    const expected = { a: Float64Array.of(1, NaN, 3), b: [null, "x", null], c: [true, null, null] };
    const rows = '\uFEFF[{"a":1,"c":true},{"b":"x"},{"a":3,"b":null}]';
    expect(columnsOf(await readJson(rows, { select: ["a", "b", "c"] }))).toEqual(expected);
    const columns = '{"a":[1,null,3],"b":[null,"x",null],"c":[true,null,null]}';
    expect(columnsOf(await readJson(new Blob([columns])))).toEqual(expected);
    expect(writeJson(await readJson(columns), { as: "columns" })).toBe(columns);
  });

  it.each([
    ['[{"a":1},{"a":"x"}]', "column 'a' has a number first and a string in row 1"],
    ['[{"a":1},5]', "row 1 is '5', expected an object"],
    ['[{"a":{"b":1}}]', "column 'a' has an object in row 0"],
    ['[{"__proto__":1}]', "'__proto__' is no name"],
    ['[{"a":1},{"a":-1e999}]', "column 'a' has a number in row 1 that no double holds"],
    ['{"a":[1],"b":[1,2]}', "column 'b' has 2 values, and 'a' has 1"],
    ['{"a":1}', "column 'a' is '1', expected a list"],
    ["[]", "the list is empty"],
    ["5", "expected a list of rows or an object of columns"],
    ["[1,", "this is no JSON"],
  ])("is refused where it is no table: %s", async (text, message) => {
    expect((await errorOf(readJson(text))).message).toContain(message);
  });

  it("is refused where each row has keys of its own", async () => {
    const rows = Array.from({ length: 100_000 }, (_, i) => `{"k${i}":1}`);
    await expect(readJson(`[${rows.join()}]`)).rejects.toThrow(
      "100000 rows have 100000 columns in all, and 100000 values",
    );
    const few = await readJson(`[${rows.slice(0, 50).join()}]`);
    expect([few.numCols(), few.numRows(), few.get("k49", 49)]).toEqual([50, 50, 1]);
  });

  it("becomes what is asked for", async () => {
    const text = '[{"a":"1.5","b":"2014-10-13"},{"a":null,"b":"2015-01-01"}]';
    const types = { a: "number", b: "date" } as const;
    expect(columnsOf(await readJson(text, { types }))).toEqual({
      a: Float64Array.of(1.5, NaN),
      b: [new Date("2014-10-13"), new Date("2015-01-01")],
    });
    await expect(readJson('[{"a":[1]}]', { types: { a: "string" } })).rejects.toThrow(
      "column 'a' has a value of Array in row 0, expected a string",
    );
    await expect(readJson("[]", { types: null as never })).rejects.toThrow("types must be");
    await expect(readJson('[{"a":"x"}]', { types: { a: "number" } })).rejects.toThrow(
      "column 'a' has 'x' in row 0, expected a number",
    );
  });
});

describe("writing", () => {
  it("encloses only what needs quotes", () => {
    const given = table({
      a: [1, NaN, 1e21],
      b: ["x", "y, z", ""],
      c: [null, "NA", 'a "b"'],
      d: [true, null, new Date(0)],
    });
    expect(writeCsv(given)).toBe(
      'a,b,c,d\n1,x,,true\n,"y, z","NA",\n1e+21,"","a ""b""",1970-01-01T00:00:00.000Z\n',
    );
    expect(writeCsv(given.slice(0, 1), { header: false, delimiter: ";" })).toBe("1;x;;true\n");
  });

  it("refuses what would not come back", () => {
    expect(() => writeCsv(table({ a: [1, [2]] }))).toThrow(
      "column 'a' has [object Array] in row 1",
    );
    expect(() => writeCsv(table({ a: ["\uD800"] }))).toThrow("half of a surrogate pair");
    expect(() => writeCsv(table({ a: [1] }), { delimiter: "x" })).toThrow("must be one of");
    expect(() => writeJson(table({ a: [Infinity] }))).toThrow("column 'a' has Infinity in row 0");
    expect(() => writeJson(table({ a: [1, Math.sin] }))).toThrow("a value of function in row 1");
    for (const write of [writeCsv, writeJson, writeArrow])
      for (const other of [null, { a: [1] }, []])
        expect(() => write(other as never)).toThrow(`${write.name}: expected a table`);
  });
});
