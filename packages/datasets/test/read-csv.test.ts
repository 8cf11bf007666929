import { describe, expect, it } from "vitest";
import { csvBatches, type CsvOptions, type CsvProgress, readCsv } from "../src/index.ts";
import { columnsOf, errorOf, inPieces } from "./support.ts";

async function read(text: string, options: CsvOptions = {}) {
  return columnsOf(await readCsv(text, options));
}

describe("types", () => {
  it("follow from all rows, however late the first exception comes", async () => {
    const rows = Array.from({ length: 5000 }, (_, i) => `${i}.50,${i}`);
    const columns = await read(`a,b\n${rows.join("\n")}\nnone,7\n`);
    expect(columns["b"]).toBeInstanceOf(Float64Array);
    const a = columns["a"] as string[];
    // The texts of the file, not what the numbers would print as.
    expect([a[0], a[4999], a[5000]]).toEqual(["0.50", "4999.50", "none"]);
  });

  it("are numbers in all the ways that these are written", async () => {
    const texts = ["1", "-2.5", "+3", ".5", "5.", "1.225e+006", "1E-3", " 7 ", "-inf", "Infinity"];
    const { x } = await read(`x,y\n${texts.map((text) => `${text},1`).join("\n")}`);
    expect(x).toEqual(Float64Array.of(1, -2.5, 3, 0.5, 5, 1225000, 0.001, 7, -Infinity, Infinity));
  });

  it("are the nearest doubles", async () => {
    const texts = [
      "0.1",
      "123456789012345678",
      "9007199254740993.0",
      "1.7976931348623157e308",
      "5e-324",
      "0.30000000000000004",
      "1e23",
      "8.5e-300",
      "123456.789e3",
    ];
    const { x } = await read(`x,y\n${texts.map((text) => `${text},1`).join("\n")}`, {
      types: { x: "number" },
    });
    expect(x).toEqual(Float64Array.from(texts, Number));
  });

  it("are booleans where all say so, and strings where they are mixed", async () => {
    const columns = await read("a,b,c\ntrue,TRUE,true\nfalse,,1\nTrue,False,false\n");
    expect(columns).toEqual({
      a: [true, false, true],
      b: [true, null, false],
      c: ["true", "1", "false"],
    });
    expect(await read("a,b\nTRUE,1\nx,2\n")).toMatchObject({ a: ["TRUE", "x"] });
  });

  it("keep codes: zeros in front, and numbers that no double holds", async () => {
    const columns = await read("zip,id,n\n98178,9007199254740993,1\n00501,1,2\n");
    expect(columns).toEqual({
      zip: ["98178", "00501"],
      id: ["9007199254740993", "1"],
      n: Float64Array.of(1, 2),
    });
  });

  it("are what is given", async () => {
    const columns = await read(
      "a,b,c,d,e\n07,1,1,20141013T000000,5\n8,2,0,2015-01-02 03:04:05+01:00,6",
      {
        types: { a: "number", b: "integer", c: "boolean", d: "date", e: "string" },
      },
    );
    expect(columns).toEqual({
      a: Float64Array.of(7, 8),
      b: Int32Array.of(1, 2),
      c: [true, false],
      d: [new Date("2014-10-13T00:00:00Z"), new Date("2015-01-02T02:04:05Z")],
      e: ["5", "6"],
    });
  });

  it("refuse days that there are not", async () => {
    for (const day of [
      "2015-02-29",
      "2015-13-01",
      "2015-00-10",
      "2015-01-01T24:00",
      "2015-01-01T00:00:00+24:00",
      "13.10.2014",
    ]) {
      const { line, column, message } = await errorOf(
        readCsv(`n,day\n1,${day}`, { types: { day: "date" } }),
      );
      expect([line, column]).toEqual([2, 3]);
      expect(message).toContain(day);
    }
  });
});

describe("missing values", () => {
  it("are NaN among numbers and null among others", async () => {
    const columns = await read('n,s,b\n,,\nNA,NA,NA\n1,x,true\n"","",""\nNaN,"NA",\n');
    expect(columns).toEqual({
      n: Float64Array.of(NaN, NaN, 1, NaN, NaN),
      // With quotes, a text is a text.
      s: [null, null, "x", "", "NA"],
      b: [null, null, true, null, null],
    });
  });

  it("are what the options say", async () => {
    const columns = await read("a,b\n-999,?\n1,x\n?,NA", { missing: ["-999", "?"] });
    expect(columns).toEqual({ a: Float64Array.of(NaN, 1, NaN), b: [null, "x", "NA"] });
  });

  it("may be numbers, however these are written", async () => {
    const options = { missing: ["-9,5", "inf"], decimal: ",", types: { a: "number" } } as const;
    expect(await read("a;b\n-9,5;-9,5\ninf;1\n2;inf\n", options)).toEqual({
      a: Float64Array.of(NaN, NaN, 2),
      b: Float64Array.of(NaN, 1, NaN),
    });
  });

  it("are never what does not parse, unless that is wanted", async () => {
    const options = { types: { price: "number" } } as const;
    const text = 'id,price\n1,5\n"two\nlines",abc\n';
    const error = await errorOf(readCsv(text, options));
    expect(error).toMatchObject({ name: "CsvError", line: 4, column: 8 });
    expect(error.message).toMatch(/line 4, column 8 \('price'\): expected a number, got 'abc'/);
    expect((await read(text, { ...options, invalid: "missing" }))["price"]).toEqual(
      Float64Array.of(5, NaN),
    );
  });

  it("make a column of numbers where there is nothing else", async () => {
    expect(await read("a,b\n1,\n2,NA\n")).toMatchObject({ b: Float64Array.of(NaN, NaN) });
  });
});

describe("form", () => {
  it("has quotes, doubled quotes, delimiters and lines in cells", async () => {
    expect(
      await read('"a ""x""","b,c"\r\n"1","x, y"\r\n2,"say ""hi"""\r\n"3","two\r\nlines"'),
    ).toEqual({
      'a "x"': Float64Array.of(1, 2, 3),
      "b,c": ["x, y", 'say "hi"', "two\r\nlines"],
    });
  });

  it("has lines that end with CR alone, a byte order mark, and empty lines", async () => {
    expect(await read("\uFEFFa,b\r1,2\r\r3,4\r")).toEqual({
      a: Float64Array.of(1, 3),
      b: Float64Array.of(2, 4),
    });
  });

  it("has its delimiter found", async () => {
    for (const sign of [",", ";", "\t", "|"]) {
      const rows = [
        ["name", "size, mm; in"],
        ["x", "1"],
        ["y, z; |", "2"],
      ];
      const text = rows.map((row) => row.map((cell) => `"${cell}"`).join(sign)).join("\n");
      expect(await read(text)).toEqual({
        name: ["x", "y, z; |"],
        "size, mm; in": Float64Array.of(1, 2),
      });
    }
    expect(await read("a;b\n1,5;2,25\n", { decimal: "," })).toEqual({
      a: Float64Array.of(1.5),
      b: Float64Array.of(2.25),
    });
  });

  it("has its delimiter found in a first line that is longer than a piece", async () => {
    const names = Array.from({ length: 60_000 }, (_, i) => `column${i}`);
    const source = inPieces(`${names.join("\t")}\n${names.map(() => 1).join("\t")}\n`, 5000);
    expect((await readCsv(source, { select: ["column59999"] })).get("column59999", 0)).toBe(1);
  });

  it("may have no quotes", async () => {
    expect(await read('a\tb\n5\'11"\t"x\n', { quote: false, delimiter: "\t" })).toEqual({
      a: ["5'11\""],
      b: ['"x'],
    });
  });

  it("may have no header, other names, and columns that are left out", async () => {
    expect(await read("1,x\n2,y\n", { header: false })).toEqual({
      column1: Float64Array.of(1, 2),
      column2: ["x", "y"],
    });
    const text = ",a,a\n1,2,3\n";
    const names = (found: readonly string[]) => found.map((name, i) => name + i);
    expect(await read(text, { names })).toHaveProperty("a1");
    expect(Object.keys(await read(text, { names: ["i", "b", "2"], select: ["2", "i"] }))).toEqual([
      "2",
      "i",
    ]);
  });

  it("is the same in pieces of any size", async () => {
    const text = 'a,b,c\r\n"1",ü,"x ""y"""\r\n2,"\u{1f600}\r\n",\r\n';
    const whole = await read(text);
    for (let size = 1; size <= 12; size++)
      expect(columnsOf(await readCsv(inPieces(text, size)))).toEqual(whole);
  });
});

describe("sources", () => {
  const text = "a,b\n1,ü\n2,y\n";
  const bytes = new TextEncoder().encode(text);

  it("are strings, bytes, blobs, streams and iterables", async () => {
    const whole = columnsOf(await readCsv(text));
    const strings = async function* () {
      yield* text;
    };
    for (const source of [
      bytes,
      bytes.buffer,
      new Blob([bytes]),
      new Blob([bytes]).stream(),
      new Response(text).body!,
      strings(),
    ])
      expect(columnsOf(await readCsv(source))).toEqual(whole);
  });

  it("have other encodings", async () => {
    const latin = Uint8Array.from(text, (sign) => sign.charCodeAt(0));
    expect(columnsOf(await readCsv(latin, { encoding: "windows-1252" }))["b"]).toEqual(["ü", "y"]);
    const wide = new Uint8Array(Uint16Array.from(text, (sign) => sign.charCodeAt(0)).buffer);
    expect(columnsOf(await readCsv(inPieces(wide, 3), { encoding: "utf-16le" }))["b"]).toEqual([
      "ü",
      "y",
    ]);
  });

  it("are refused at the very place where they have another encoding", async () => {
    const text = "\uFEFFa,b\r\n1,\u{1f600}\n3,ü\uD800x\n";
    const wide = new Uint8Array(Uint16Array.from(text, (_, i) => text.charCodeAt(i)).buffer);
    for (const size of [1, 3, 1000])
      for (const [bytes, line, column] of [
        [wide, 3, 4],
        [wide.subarray(0, 19), 2, 3],
      ] as const) {
        const error = await errorOf(readCsv(inPieces(bytes, size), { encoding: "utf-16le" }));
        expect(error.message).toContain("expected text of utf-16le");
        expect(error).toMatchObject({ line, column });
      }
  });

  it("can be stopped while nothing comes", async () => {
    const stopped = new AbortController();
    const stuck = async function* () {
      yield text;
      await new Promise(() => undefined);
    };
    setTimeout(() => stopped.abort(new Error("enough")), 5);
    const error = await errorOf(readCsv(stuck(), { signal: stopped.signal }));
    expect(error.message).toBe("enough");
  });

  it("say how far they are, and can be stopped", async () => {
    const seen: CsvProgress[] = [];
    await readCsv(bytes, { onProgress: (progress) => seen.push(progress) });
    expect(seen.at(-1)).toEqual({ bytes: bytes.length, totalBytes: bytes.length, rows: 2 });

    const stopped = new AbortController();
    let wasCancelled = false;
    const endless = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(bytes),
      cancel: () => void (wasCancelled = true),
    });
    setTimeout(() => stopped.abort(new Error("enough")), 5);
    const error = await errorOf(readCsv(endless, { signal: stopped.signal }));
    expect(error.message).toBe("enough");
    expect(wasCancelled).toBe(true);
  });

  it("are ended when something is wrong with them", async () => {
    let wasEnded = false;
    const broken = async function* () {
      try {
        for (;;) yield "a,b\n1,2,3\n".repeat(20_000);
      } finally {
        wasEnded = true;
      }
    };
    await expect(readCsv(broken())).rejects.toThrow("line 2, column 5");
    expect(wasEnded).toBe(true);
  });
});

describe("batches", () => {
  it("are tables of so many rows, with the types of the first", async () => {
    const text = `a,b\n${Array.from({ length: 25 }, (_, i) => `${i},x${i}`).join("\n")}\n`;
    const sizes: number[] = [];
    const all: unknown[] = [];
    for await (const table of csvBatches(inPieces(text, 7), { rows: 10 })) {
      sizes.push(table.numRows());
      expect(table.column("a")).toBeInstanceOf(Float64Array);
      all.push(...table.array("b"));
    }
    expect(sizes).toEqual([10, 10, 5]);
    expect(all).toEqual(Array.from({ length: 25 }, (_, i) => `x${i}`));
  });

  it("refuse what does not fit the types of the first", async () => {
    const batches = csvBatches("a,b\n1,2\n3,4\nx,5\n", { rows: 2 });
    expect((await batches.next()).value!.numRows()).toBe(2);
    expect((await errorOf(batches.next())).message).toMatch(/line 4, column 1 \('a'\): .*"string"/);
  });
});
