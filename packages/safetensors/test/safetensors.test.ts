import type { DType, Json, StoredModel } from "@nn/core";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bits, file, format, headerOf, model, tensor } from "./support.ts";
import reference from "./reference.json" with { type: "json" };

const files = Object.fromEntries(
  Object.entries(reference.files).map(([name, text]) => [
    name,
    new Uint8Array(Buffer.from(text, "base64")),
  ]),
);

describe("files of the reference implementation", () => {
  const ours = model(
    {
      mask: tensor("bool", [2], 1, 0),
      none: tensor("f32", [0, 3]),
      'héllo "wörld"\n': tensor("u8", [1], 5),
      "head/weights": tensor("f32", [2, 2], 1, -0.5, 3.25, 1e-40),
      "head/bias": tensor("f32", [2], 7, 8),
      rows: tensor("i32", [3], 1, -2, 2147483647),
      small: tensor("i8", [2], -128, 127),
      scale: tensor("f64", [], Math.PI),
      bytes: tensor("u8", [3], 0, 1, 255),
    },
    { format: "pt" },
  );

  it("are read", () => {
    expect(format.read(files["ours"]!)).toEqual(ours);
    expect(format.read(files["empty"]!)).toEqual(model());
  });

  it("are what is written, byte for byte", () => {
    expect(format.write(ours)).toEqual(files["ours"]);
    expect(format.write(model())).toEqual(files["empty"]);
  });

  it("may hold floats of 16 bits, which are read as f32", () => {
    const half = format.read(files["float16"]!).tensors["x"]!;
    expect(half).toEqual(
      tensor("f32", [2, 4], 0, -0, 1, -1.5, 65504, 2 ** -14, 2 ** -24, 0.333251953125),
    );
    const brain = format.read(files["bfloat16"]!).tensors["x"]!;
    const [large, small] = [(2 - 2 ** -7) * 2 ** 127, 2 ** -133];
    expect(brain).toEqual(tensor("f32", [7], 1, -2, large, small, -0, Infinity, 3.140625));
  });

  it("may hold any float of 16 bits", () => {
    const all = new Uint8Array(Uint16Array.from({ length: 65_536 }, (_, i) => i).buffer);
    for (const [dtype, fractionBits, bias] of [
      ["F16", 10, 15],
      ["BF16", 7, 127],
    ] as const) {
      const entry = { dtype, shape: [65_536], data_offsets: [0, all.length] };
      const { data } = format.read(file(JSON.stringify({ x: entry }), all)).tensors["x"]!;
      const expected = Float32Array.from(all.subarray(0, 65_536), (_, bits) => {
        const sign = bits & 0x8000 ? -1 : 1;
        const fraction = (bits % 2 ** fractionBits) / 2 ** fractionBits;
        const exponent = Math.floor((bits & 0x7fff) / 2 ** fractionBits);
        if (exponent === 2 * bias + 1) return fraction === 0 ? sign * Infinity : Number.NaN;
        const power = 2 ** (Math.max(exponent, 1) - bias);
        return sign * power * (exponent === 0 ? fraction : 1 + fraction);
      });
      expect(data.findIndex((value, i) => !Object.is(value, expected[i]))).toBe(-1);
    }
  });

  it("may hold other integers, which are read as i32 where they fit", () => {
    expect(format.read(files["integers"]!).tensors).toEqual({
      i64: tensor("i32", [3], 1, -2147483648, 2147483647),
      u64: tensor("i32", [1], 9),
      u32: tensor("i32", [1], 2147483647),
      i16: tensor("i32", [2], -32768, 32767),
      u16: tensor("i32", [1], 65535),
    });
    expect(() => format.read(files["tooLarge"]!)).toThrow(
      "safetensors: tensor 'x' holds 2147483648, expected integers that fit in 32 bits with a sign",
    );
  });
});

describe("reading what was written", () => {
  const sizes: { readonly [dtype in DType]: number } = {
    f32: 4,
    f64: 8,
    i32: 4,
    u8: 1,
    i8: 1,
    bool: 1,
  };
  const name = fc
    .oneof(fc.string({ unit: "grapheme" }), fc.constantFrom("constructor", "toString", "1", ""))
    .filter((text) => !["__proto__", "__metadata__"].includes(text));
  const anyTensor = fc
    .tuple(
      fc.constantFrom(...(Object.keys(sizes) as DType[])),
      fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 }),
      fc.infiniteStream(fc.integer({ min: 0, max: 255 })),
    )
    .map(([dtype, shape, stream]) => {
      const length = shape.reduce((product, length) => product * length, 1);
      const result = tensor(dtype, shape, ...new Uint8Array(length));
      const bytes = new Uint8Array(result.data.buffer);
      for (let i = 0; i < bytes.length; i++) {
        const byte = stream.next().value as number;
        bytes[i] = dtype === "bool" ? byte % 2 : byte;
      }
      return result;
    });
  const anyModel = fc.record({
    tensors: fc.dictionary(name, anyTensor, { maxKeys: 6 }),
    metadata: fc.dictionary(name, fc.jsonValue({ maxDepth: 4 }) as fc.Arbitrary<Json>, {
      maxKeys: 4,
    }),
  });
  const asText = (value: Json): string => JSON.stringify(value);

  it("gives the same model, to the bit", () => {
    fc.assert(
      fc.property(anyModel, (given) => {
        fc.pre(!asText(given.metadata).includes('"__proto__"'));
        const { tensors, metadata } = format.read(format.write(given));
        expect(Object.keys(tensors).sort()).toEqual(Object.keys(given.tensors).sort());
        for (const [name, { shape, dtype, data }] of Object.entries(given.tensors)) {
          expect(tensors[name]).toMatchObject({ shape, dtype });
          expect(bits(tensors[name]!.data)).toEqual(bits(data));
        }
        for (const name of Object.keys({ ...given.metadata, ...metadata }))
          expect(asText(metadata[name]!)).toBe(asText(given.metadata[name]!));
      }),
      { seed: 7, numRuns: 300 },
    );
  });

  it("gives a model of its own, and leaves the first as it is", () => {
    const x = tensor("f32", [2], 1, 2);
    const bytes = format.write(model({ x }));
    const { tensors } = format.read(bytes);
    bytes.fill(0);
    x.data.fill(0);
    expect(Array.from(tensors["x"]!.data)).toEqual([1, 2]);
  });

  it("works for arrays and files that are parts of others", () => {
    const data = Float32Array.of(9, 1, 2, 9).subarray(1, 3);
    const bytes = format.write(model({ x: { shape: [2], dtype: "f32", data } }));
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    const { tensors } = format.read(shifted.subarray(3));
    expect(tensors["x"]).toEqual(tensor("f32", [2], 1, 2));
    expect(tensors["x"]!.data.buffer.byteLength).toBe(8);
    expect(format.read(Buffer.from(bytes)).tensors["x"]).toEqual(tensor("f32", [2], 1, 2));
  });
});

describe("a file", () => {
  it("is the same for the same model, in whatever order it is given", () => {
    const tensors = {
      b: tensor("u8", [1], 1),
      a: tensor("f32", [1], 1),
      c: tensor("f64", [1], 1),
      d: tensor("bool", [1], 1),
    };
    const metadata = { z: 1, y: [2] };
    const turned = <T>(record: { [name: string]: T }) =>
      Object.fromEntries(Object.entries(record).toReversed());
    const bytes = format.write({ tensors, metadata });
    expect(format.write({ tensors: turned(tensors), metadata: turned<Json>(metadata) })).toEqual(
      bytes,
    );
    expect(
      headerOf(bytes)
        .match(/"(\w)":/g)!
        .join(""),
    ).toBe('"y":"z":"c":"a":"b":"d":');
  });

  it("keeps every array aligned to its numbers", () => {
    for (let length = 0; length < 8; length++) {
      const bytes = format.write(
        model({
          x: tensor("u8", [3], 1, 2, 3),
          ["n".repeat(length)]: tensor("f64", [1], 1),
          z: tensor("f32", [1], 1),
        }),
      );
      const start = 8 + Number(new DataView(bytes.buffer).getBigUint64(0, true));
      expect(start % 8).toBe(0);
      expect(bytes.length).toBe(start + 15);
    }
  });

  it("keeps metadata as texts that others understand", () => {
    const metadata = {
      format: "pt",
      count: 1,
      text: "1",
      list: [null, { a: "ä" }],
      half: "\ud800",
    };
    const bytes = format.write(model({}, metadata));
    expect(JSON.parse(headerOf(bytes))).toEqual({
      __metadata__: {
        format: "pt",
        count: "1",
        text: '"1"',
        list: '[null,{"a":"ä"}]',
        half: String.raw`"\ud800"`,
      },
    });
    expect(format.read(bytes).metadata).toEqual(metadata);
  });

  it("keeps the texts of others to the byte", () => {
    const texts = {
      version: "0.10",
      json: '{ "a": 1 }',
      twice: '{"a":1,"a":2}',
      large: "1e999",
      long: "12345678901234567890",
      nan: "NaN",
      zero: "-0",
      deep: "[".repeat(10_000) + "]".repeat(10_000),
      open: '["',
      none: "",
      nothing: "null",
      number: "2.5",
    };
    const bytes = file(JSON.stringify({ __metadata__: texts }));
    const { metadata } = format.read(bytes);
    expect(metadata).toEqual({ ...texts, nothing: null, number: 2.5 });
    expect(JSON.parse(headerOf(format.write(model({}, metadata))))).toEqual({
      __metadata__: texts,
    });
  });

  it("keeps keys and texts that only resemble those that are refused", () => {
    const metadata = {
      a: { 'x"__proto__': 1, proto: "__proto__" },
      b: '{"__proto__":1}',
      c: '{"a":{"__proto__":1}}',
    };
    expect(format.read(format.write(model({}, metadata))).metadata).toEqual(metadata);
  });

  it("may have tensors without elements whose memory was moved away", () => {
    const data = new Float32Array(2);
    structuredClone(data, { transfer: [data.buffer] });
    const bytes = format.write(model({ x: { shape: [0], dtype: "f32", data } }));
    expect(format.read(bytes)).toEqual(model({ x: tensor("f32", [0]) }));
  });

  it("leaves out what is undefined", () => {
    const metadata = { a: undefined, b: { c: undefined } } as unknown as StoredModel["metadata"];
    expect(format.read(format.write(model({}, metadata))).metadata).toEqual({ b: {} });
  });
});

describe("writing", () => {
  const cyclic: { self?: unknown } = {};
  cyclic.self = cyclic;
  it.each<[string, unknown, unknown, string]>([
    [
      "a dtype",
      { x: { ...tensor("f32", [1], 1), dtype: "f16" } },
      {},
      "tensor 'x' is f16, expected one of f64, f32",
    ],
    [
      "a size",
      { x: tensor("f32", [3], 1) },
      {},
      "tensor 'x' has shape [3] and 1 elements, expected 3",
    ],
    [
      "a shape",
      { x: tensor("f32", [-1], 1) },
      {},
      "needs a shape of at most 64 whole numbers from 0, got -1",
    ],
    [
      "a shape",
      { x: { ...tensor("f32", [], 1), shape: 1 } },
      {},
      "needs a shape of at most 64 whole numbers",
    ],
    [
      "an array",
      { x: { shape: [1], dtype: "f32", data: [1] } },
      {},
      "needs a Float32Array, got an Array",
    ],
    [
      "an array",
      { x: { shape: [1], dtype: "i8", data: new Uint8Array(1) } },
      {},
      "needs an Int8Array, got a Uint8Array",
    ],
    ["booleans", { x: tensor("bool", [2], 1, 7) }, {}, "expected bytes of 0 and 1, got 7"],
    ["a name", { __metadata__: tensor("f32", [], 1) }, {}, "files keep metadata by that name"],
    ["a name", JSON.parse('{ "__proto__": 1 }'), {}, "tensor '__proto__' is undefined"],
    [
      "a name",
      { "\ud800": tensor("f32", [], 1) },
      {},
      String.raw`expected names of Unicode, got "\ud800"`,
    ],
    ["a key", {}, JSON.parse('{ "__proto__": 1 }'), "'__proto__' is no name"],
    ["a key within", {}, JSON.parse('{ "a": [{ "__proto__": 1 }] }'), "'__proto__' is no name"],
    ["no tensors", undefined, {}, "expected an object of tensors by their names, { } for none"],
    ["no metadata", {}, undefined, "an object of values of metadata by their names, { } for none"],
    ["a map", new Map([["x", tensor("f32", [], 1)]]), {}, "got a Map"],
    ["null", { x: null }, {}, "tensor 'x' is undefined, expected one of f64"],
    ["NaN", {}, { a: [Number.NaN] }, "metadata 'a'[0] is NaN, which JSON cannot hold"],
    [
      "a function",
      {},
      { a: { b: () => 1 } },
      "metadata 'a'.b is a Function, which JSON cannot hold",
    ],
    ["a date", {}, { a: new Date(0) }, "metadata 'a' is a Date, which JSON cannot hold"],
    ["a hole", {}, { a: [undefined] }, "metadata 'a'[0] is undefined"],
    ["a circle", {}, { a: cyclic }, "is nested deeper than 500 levels, or holds itself"],
  ])("refuses %s (%#)", (_, tensors, metadata, message) => {
    const given = { tensors, metadata } as StoredModel;
    expect(() => format.write(given)).toThrow(message);
    expect(() => format.write(given)).toThrow(expect.objectContaining({ name: "TensorError" }));
  });
});
