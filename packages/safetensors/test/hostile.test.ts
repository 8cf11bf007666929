import { describe, expect, it } from "vitest";
import { file, format } from "./support.ts";

const info = (rest = "") => `{"dtype":"F32","shape":[1],"data_offsets":[0,4]${rest}}`;
const one = (dtype: string, shape: string, offsets: string) =>
  `{"x":{"dtype":${dtype},"shape":${shape},"data_offsets":${offsets}}}`;
const f32 = (shape: string, offsets = "[0,4]") => one('"F32"', shape, offsets);
const two = (a: string, b: string) =>
  `{"a":{"dtype":"U8","shape":[2],"data_offsets":${a}},"b":{"dtype":"U8","shape":[2],"data_offsets":${b}}}`;
const many = (count: number) =>
  `{${Array.from({ length: count }, (_, i) => `"${i}":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}`).join()}}`;
const isExpected = "the file is damaged, or no safetensors file";

describe("reading refuses", () => {
  it.each<[string, Uint8Array, string]>([
    ["no file at all", new Uint8Array(0), `expected at least 8 bytes, got 0; ${isExpected}`],
    [
      "a header longer than the file",
      file("{}", 0, 3n),
      "a header of 3 bytes, and the file has only 2 more",
    ],
    [
      "a header of 2 ** 64 - 1 bytes",
      file("{}", 0, 2n ** 64n - 1n),
      "got one of 18446744073709551615",
    ],
    [
      "a header of 2 ** 53 bytes",
      file("{}", 0, 2n ** 53n),
      "at most 100000000 bytes, got one of 9007199254740992",
    ],
    [
      "a header of more than 100 MB",
      file("{}", 0, 100_000_001n),
      "at most 100000000 bytes, got one of 100000001",
    ],
    ["no header", file("", 8), "expected a header that begins with '{'"],
    ["white space before the header", file(" {}"), "expected a header that begins with '{'"],
    ["a list", file("[]"), "expected a header that begins with '{'"],
    ["another file", new TextEncoder().encode("\u0089PNG\r\n and so on, for a while"), isExpected],
    ["an open header", file("{"), "expected '\"' at character 1 of the header, got its end"],
    ["an open string", file('{"x'), "expected the end of a string at character 3"],
    ["an open escape", file('{"x\\'), "expected the end of a string"],
    [
      "something behind the header",
      file("{}x"),
      'expected nothing more at character 2 of the header, got "x"',
    ],
    ["zeros behind the header", file("{}\0"), "expected nothing more"],
    ["no UTF-8", file(Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x7d)), "expected a header of UTF-8"],
    [
      "halves of characters",
      file(String.raw`{"\ud800":${info()}}`, 4),
      "expected a string of Unicode",
    ],
    ["unknown escapes", file(String.raw`{"\x41":${info()}}`, 4), "expected a string of Unicode"],
    ["line breaks in strings", file(`{"\n":${info()}}`, 4), "expected a string of Unicode"],
    ["a comma at the end", file(`{"x":${info()},}`, 4), "expected '\"'"],
    ["a comma missing", file(`{"x":${info()}"y":${info()}}`, 4), "expected '}'"],
    ["a name twice", file(`{"x":${info()},"x":${info()}}`, 4), "the header has the key 'x' twice"],
    [
      "a name twice, once escaped",
      file(`{"x":${info()},"\\u0078":${info()}}`, 4),
      "the key 'x' twice",
    ],
    [
      "a field twice",
      file(`{"x":${info(',"dtype":"F32"')}}`, 4),
      "the header has the key 'dtype' twice",
    ],
    [
      "metadata twice",
      file('{"__metadata__":{},"__metadata__":{}}'),
      "the key '__metadata__' twice",
    ],
    ["a value twice", file('{"__metadata__":{"a":"","a":""}}'), "the key 'a' twice"],
    [
      "unknown fields",
      file(`{"x":${info(',"code":"x"')}}`, 4),
      "expected no more of tensor 'x' than dtype",
    ],
    [
      "missing fields",
      file('{"x":{"dtype":"F32","shape":[1]}}', 4),
      "tensor 'x' needs a dtype, a shape and two",
    ],
    ["an empty tensor", file('{"x":{}}'), "tensor 'x' needs a dtype, a shape and two data_offsets"],
    ["one offset", file(f32("[1]", "[4]"), 4), "needs a dtype, a shape and two data_offsets"],
    ["three offsets", file(f32("[1]", "[0,2,4]"), 4), "expected at most 2 numbers"],
    ["null", file('{"x":null}'), "expected '{'"],
    ["numbers for objects", file('{"x":1}'), "expected '{'"],
    ["numbers for dtypes", file(one("4", "[1]", "[0,4]"), 4), "expected '\"'"],
    ["nested metadata", file('{"__metadata__":{"a":{"b":"c"}}}'), "expected '\"'"],
    ["numbers in metadata", file('{"__metadata__":{"a":1}}'), "expected '\"'"],
    ["nested shapes", file(f32("[[1]]"), 4), "expected a whole number from 0"],
    ["deep nesting", file(`{"x":${"[".repeat(1e6)}`, 4), "expected '{'"],
    ["deep nesting of shapes", file(f32("[".repeat(1e6)), 4), "expected a whole number from 0"],
    ["negative lengths", file(f32("[-1]"), 4), "expected a whole number from 0 below 2 ** 53"],
    ["fractions", file(f32("[1.0]"), 4), "expected ']'"],
    ["exponents", file(f32("[1e0]"), 4), "expected ']'"],
    ["zeros at the front", file(f32("[01]"), 4), "expected a whole number"],
    ["NaN", file(f32("[NaN]"), 4), "expected a whole number"],
    ["numbers that need rounding", file(f32("[9007199254740992]"), 4), "below 2 ** 53"],
    ["long numbers", file(f32(`[${"9".repeat(1e5)}]`), 4), "below 2 ** 53"],
    ["texts for numbers", file(f32('["1"]'), 4), "expected a whole number"],
    [
      "shapes that overflow",
      file(f32("[4294967296,4294967296,4294967296,4294967296]"), 4),
      "bytes for tensor 'x'",
    ],
    ["shapes that overflow to 0", file(f32("[0,9007199254740991,9007199254740991]"), 4), "got 4"],
    [
      "shapes beyond all numbers",
      file(f32(`[${Array(64).fill("9007199254740991").join()}]`), 4),
      "expected Infinity bytes",
    ],
    [
      "too many axes",
      file(f32(`[${Array(65).fill("1").join()}]`), 4),
      "expected at most 64 numbers",
    ],
    ["too large shapes", file(f32("[2]"), 4), "expected 8 bytes for tensor 'x' of F32 [2], got 4"],
    [
      "too small shapes",
      file(f32("[]", "[0,8]"), 8),
      "expected 4 bytes for tensor 'x' of F32 [], got 8",
    ],
    ["offsets beyond the file", file(f32("[1]"), 3), "expected 4 bytes of tensors, got 3"],
    ["bytes that nobody has", file(f32("[1]"), 5), "expected 4 bytes of tensors, got 5"],
    ["bytes behind no tensors", file("{}", 1), "expected 0 bytes of tensors, got 1"],
    [
      "offsets that turn back",
      file(one('"U8"', "[0]", "[4,0]"), 4),
      "expected tensor 'x' to begin at byte 0",
    ],
    ["a hole at the front", file(f32("[1]", "[1,5]"), 5), "expected tensor 'x' to begin at byte 0"],
    ["a hole", file(two("[0,2]", "[3,5]"), 5), "expected tensor 'b' to begin at byte 2"],
    ["overlap", file(two("[0,2]", "[1,3]"), 3), "expected tensor 'b' to begin at byte 2"],
    [
      "the same bytes twice",
      file(two("[0,2]", "[0,2]"), 2),
      "to begin at byte 2, where the one before ends, got 0 to 2",
    ],
    [
      "booleans that are none",
      file(one('"BOOL"', "[2]", "[0,2]"), [1, 2]),
      "expected bytes of 0 and 1, got 2",
    ],
    [
      "floats of 8 bits",
      file(one('"F8_E4M3"', "[1]", "[0,1]"), 1),
      "tensor 'x' is 'F8_E4M3', expected one of F64, F32",
    ],
    ["unknown types", file(one('"toString"', "[1]", "[0,1]"), 1), "tensor 'x' is 'toString'"],
    [
      "integers that do not fit",
      file(one('"U32"', "[1]", "[0,4]"), [0, 0, 0, 128]),
      "holds 2147483648",
    ],
    ["prototypes as names", file(`{"__proto__":${info()}}`, 4), "'__proto__' is no name"],
    ["prototypes as fields", file('{"x":{"__proto__":{}}}', 4), "'__proto__' is no name"],
    ["prototypes as keys", file('{"__metadata__":{"__proto__":""}}'), "'__proto__' is no name"],
    [
      "prototypes in values",
      file(String.raw`{"__metadata__":{"a":"{\"__proto__\":1}"}}`),
      "'__proto__' is no name",
    ],
    ["too many tensors", file(many(100_001)), "expected at most 100000 tensors, got more"],
    [
      "too many values of metadata",
      file(`{"__metadata__":{${Array.from({ length: 100_001 }, (_, i) => `"${i}":""`).join()}}}`),
      "expected at most 100000 values of metadata, got more",
    ],
    [
      "texts",
      "{}" as unknown as Uint8Array,
      "expected the bytes of a file as a Uint8Array, got a String",
    ],
    ["an ArrayBuffer", new ArrayBuffer(8) as unknown as Uint8Array, "got an ArrayBuffer"],
    ["nothing", undefined as unknown as Uint8Array, "as a Uint8Array, got undefined"],
  ])("%s", (_, bytes, message) => {
    expect(() => format.read(bytes)).toThrow(message);
    expect(() => format.read(bytes)).toThrow(expect.objectContaining({ name: "TensorError" }));
  });
});

it("shows no more of names than messages bear, and nothing that a terminal obeys", () => {
  const long = "x".repeat(1e6);
  for (const name of [long, `\u001b[2J`]) {
    const entry = { dtype: name, shape: [1], data_offsets: [0, 1] };
    const files = [
      { [name]: 1 },
      { [name]: { [name]: 1 } },
      { [name]: entry },
      { [name]: { ...entry, dtype: "U8", shape: [2] } },
      { [name]: { ...entry, dtype: "BOOL" } },
    ].map((header) => file(JSON.stringify(header), [2]));
    for (const bytes of files)
      try {
        format.read(bytes);
        expect.unreachable();
      } catch (error) {
        const { message } = error as Error;
        expect(message).toMatch(/^safetensors: [ -~…]{10,400}$/);
      }
  }
});

describe("reading accepts", () => {
  it("tensors without bytes anywhere", () => {
    const none = '{"dtype":"F32","shape":[0],"data_offsets":';
    const bytes = file(`{"b":${none}[4,4]},"a":${none}[0,0]},"x":${info()}}`, 4);
    expect(Object.keys(format.read(bytes).tensors).sort()).toEqual(["a", "b", "x"]);
  });

  it("white space and any order of fields, as JSON has them", () => {
    const bytes = file('{ "x" :\n{"data_offsets":[ 0 , 1 ],"shape":[\t],"dtype":"U8"}\r\n}  ', [7]);
    expect(format.read(bytes).tensors["x"]).toMatchObject({ shape: [], dtype: "u8" });
  });

  it("as many tensors as there may be", () => {
    expect(Object.keys(format.read(file(many(100_000))).tensors)).toHaveLength(100_000);
  });

  it("names that objects have already", () => {
    const { tensors, metadata } = format.read(
      file(`{"constructor":${info()},"__metadata__":{"toString":"a"}}`, 4),
    );
    expect(tensors["constructor"]!.shape).toEqual([1]);
    expect(metadata).toEqual({ toString: "a" });
    expect("hasOwnProperty" in tensors).toBe(false);
  });
});
