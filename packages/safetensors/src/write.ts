import { check, type DType, type HostTensor, sizeOf, type StoredModel } from "@nn/core";
import { checkBooleans, fileTypes } from "./dtypes.ts";
import { checkName, metadataKey } from "./header.ts";
import { longestHeader, mostAxes, mostTensors } from "./limits.ts";
import { encodeValue } from "./metadata.ts";
import { isUnicode } from "./unicode.ts";

const types = Object.keys(fileTypes) as DType[];
const arrayNames = {
  f64: "Float64Array",
  f32: "Float32Array",
  i32: "Int32Array",
  i8: "Int8Array",
  u8: "Uint8Array",
  bool: "Uint8Array",
} as const satisfies Record<DType, string>;

/** The bytes of a file. */
export function write({ tensors, metadata }: StoredModel): Uint8Array {
  const named = Object.entries(tensors);
  check(
    named.length <= mostTensors,
    () => `safetensors: expected at most ${mostTensors} tensors, got ${named.length}`,
  );
  for (const [name, tensor] of named) checkTensor(name, tensor);
  // Larger numbers first, so that all of them are aligned.
  named.sort(
    ([a, { dtype: p }], [b, { dtype: q }]) =>
      types.indexOf(p) - types.indexOf(q) || (a < b ? -1 : 1),
  );
  const entries: string[] = [];
  const texts = Object.entries(metadata)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${quote(name)}:${JSON.stringify(encodeValue(value, name))}`);
  if (texts.length > 0) entries.push(`"${metadataKey}":{${texts.join(",")}}`);
  let size = 0;
  for (const [name, { shape, dtype, data }] of named) {
    const end = size + data.byteLength;
    const offsets = `"data_offsets":[${size},${end}]`;
    entries.push(
      `${quote(name)}:{"dtype":"${fileTypes[dtype]}","shape":[${shape.join(",")}],${offsets}}`,
    );
    size = end;
  }
  const header = new TextEncoder().encode(`{${entries.join(",")}}`);
  const start = 8 + Math.ceil(header.length / 8) * 8;
  check(
    start - 8 <= longestHeader,
    () =>
      `safetensors: names and metadata take ${start - 8} bytes, expected at most ${longestHeader}; ` +
      "numbers in large amounts belong into tensors",
  );
  const bytes = new Uint8Array(start + size);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(start - 8), true);
  bytes.fill(0x20, 8 + header.length, start);
  bytes.set(header, 8);
  let at = start;
  for (const [, { data }] of named) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return bytes;
}

function quote(name: string): string {
  checkName(name);
  check(
    isUnicode(name),
    () => `safetensors: expected names of Unicode, got ${JSON.stringify(name)}`,
  );
  return JSON.stringify(name);
}

function checkTensor(name: string, { shape, dtype, data }: HostTensor): void {
  const of = `safetensors: tensor '${name}'`;
  check(
    name !== metadataKey,
    () => `${of} cannot be written: files keep metadata by that name; expected another one`,
  );
  check(
    Object.hasOwn(fileTypes, dtype),
    () => `${of} is ${String(dtype)}, expected one of ${types.join(", ")}`,
  );
  check(
    Array.isArray(shape) &&
      shape.length <= mostAxes &&
      shape.every((length) => Number.isSafeInteger(length) && length >= 0),
    () => `${of} needs a shape of at most ${mostAxes} whole numbers from 0, got ${String(shape)}`,
  );
  const found = Object.prototype.toString.call(data).slice(8, -1);
  const expected = arrayNames[dtype];
  check(found === expected, () => `${of} is ${dtype} and needs a ${expected}, got ${found}`);
  check(
    data.length === sizeOf(shape),
    () =>
      `${of} has shape [${shape.join(", ")}] and ${data.length} elements, expected ${sizeOf(shape)}`,
  );
  if (dtype === "bool") checkBooleans(data, name);
}
