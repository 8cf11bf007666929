import { expect, it } from "vitest";
import { file, format, headerOf, model, tensor } from "./support.ts";

const count = process.env["NN_LONG"] ? 100_000 : 2000;

const originals = [
  format.write(
    model(
      {
        "hidden/weights": tensor("f32", [2, 3], 1, 2, 3, 4, 5, 6),
        "hidden/bias": tensor("f64", [1], 1),
        mask: tensor("bool", [2, 1], 0, 1),
        none: tensor("i8", [0, 2]),
        rows: tensor("i32", [2], 1, 2),
      },
      { format: "pt", model: { kind: "@nn/core#sequential", config: { layers: [1, null, "x"] } } },
    ),
  ),
  file(
    '{"h":{"dtype":"F16","shape":[2],"data_offsets":[0,4]},"i":{"dtype":"I64","shape":[1],"data_offsets":[4,12]}}',
    12,
  ),
  format.write(model({}, { a: 1 })),
];
/** Pieces that mean something to the format. */
const pieces = [
  ...'{}[]",:\\ \0\n-+.0123456789eE',
  '"dtype"',
  '"shape"',
  '"data_offsets"',
  '"__metadata__"',
  '"__proto__"',
  '"BF16"',
  '"I64"',
  '"F8_E5M2"',
  "[0,0]",
  "{}",
  "null",
  "NaN",
  "9007199254740991",
  "18446744073709551616",
  "4294967296",
  "\\u0000",
  "\\ud800",
  "ÿ",
  "[".repeat(1000),
].map((text) => new TextEncoder().encode(text));

/** Whole numbers below some other, from a generator of Lehmer's. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return Math.floor((state / 2_147_483_647) * below);
  };
}

function splice(bytes: Uint8Array, at: number, remove: number, insert: Uint8Array): Uint8Array {
  const result = new Uint8Array(bytes.length - remove + insert.length);
  result.set(bytes.subarray(0, at));
  result.set(insert, at);
  result.set(bytes.subarray(at + remove), at + insert.length);
  return result;
}

/** Another file, by some changes; the length of the header is put right in most of them. */
function mutate(original: Uint8Array, below: (limit: number) => number): Uint8Array {
  let bytes: Uint8Array = original.slice();
  for (let changes = 1 + below(3); changes > 0; changes--) {
    const length = 8 + headerOf(bytes).length;
    const at = below(4) > 0 ? Math.min(8 + below(length), bytes.length) : below(bytes.length + 1);
    const rest = bytes.length - at;
    const before = bytes.length;
    const kind = below(6);
    if (kind === 0 && rest > 0) bytes[at] = bytes[at]! ^ (1 << below(8));
    if (kind === 1) bytes = splice(bytes, at, 0, pieces[below(pieces.length)]!);
    if (kind === 2)
      bytes = splice(bytes, at, Math.min(rest, 1 + below(8)), pieces[below(pieces.length)]!);
    if (kind === 3) bytes = splice(bytes, at, Math.min(rest, 1 + below(30)), new Uint8Array(0));
    if (kind === 4) {
      const from = below(bytes.length);
      bytes = splice(bytes, at, 0, bytes.slice(from, from + below(60)));
    }
    if (kind === 5) bytes = bytes.slice(0, at);
    if (bytes.length < 9 || below(8) === 0) return bytes;
    const view = new DataView(bytes.buffer);
    if (at <= length)
      view.setBigUint64(0, view.getBigUint64(0, true) + BigInt(bytes.length - before), true);
  }
  return bytes;
}

it(`reads ${count} damaged files to a model that can be written, or says what is wrong`, () => {
  const below = generator(Number(process.env["NN_SEED"] ?? 7));
  let read = 0;
  for (let run = 0; run < count; run++) {
    const bytes = mutate(originals[below(originals.length)]!, below);
    let found;
    try {
      found = format.read(bytes);
    } catch (error) {
      const { name, message } = error as Error;
      if (name === "TensorError" && message.startsWith("safetensors: ")) continue;
      throw new Error(`run ${run}: ${Buffer.from(bytes).toString("base64")}`, { cause: error });
    }
    read++;
    const total = Object.values(found.tensors).reduce((sum, { data }) => sum + data.byteLength, 0);
    expect(total).toBeLessThanOrEqual(2 * bytes.length);
    const written = format.write(found);
    expect(format.write(format.read(written))).toEqual(written);
  }
  // Neither all nor none of them: the changes are of a sensible size.
  expect(read).toBeGreaterThan(count / 100);
  expect(read).toBeLessThan(count / 2);
}, 600_000);
