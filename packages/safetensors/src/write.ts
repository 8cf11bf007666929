import { allocate, check, type DType, type HostTensor, sizeOf, type StoredModel } from "@nn/core";
import { checkBooleans, fileTypes } from "./dtypes.ts";
import { checkCount, longestHeader, mostAxes } from "./limits.ts";
import { encodeValue, nameOf } from "./metadata.ts";
import { checkName, isUnicode, metadataKey, show } from "./names.ts";

const types = Object.keys(fileTypes) as DType[];

/** The bytes of a file. */
export function write(model: StoredModel): Uint8Array {
  const { tensors, metadata } = Object(model) as StoredModel;
  const named = entriesOf(tensors, "tensors");
  for (const [name, tensor] of named) checkTensor(name, tensor);
  // Larger numbers first, so that all of them are aligned.
  named.sort(
    ([a, { dtype: p }], [b, { dtype: q }]) =>
      types.indexOf(p) - types.indexOf(q) || (a < b ? -1 : 1),
  );
  const entries: string[] = [];
  const texts = entriesOf(metadata, "values of metadata")
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
    // There is nothing to be read where an array's memory has been moved to another thread.
    if (data.length === 0) continue;
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return bytes;
}

function entriesOf<T>(record: { readonly [name: string]: T }, what: string): [string, T][] {
  const kind = Object.prototype.toString.call(record);
  check(
    kind === "[object Object]",
    () =>
      `safetensors: expected an object of ${what} by their names, { } for none, got ${nameOf(record)}`,
  );
  const entries = Object.entries(record);
  checkCount(entries.length, what);
  return entries;
}

function quote(name: string): string {
  checkName(name);
  check(
    isUnicode(name),
    () => `safetensors: expected names of Unicode, got ${JSON.stringify(name)}`,
  );
  return JSON.stringify(name);
}

function checkTensor(name: string, tensor: HostTensor): void {
  const { shape, dtype, data } = Object(tensor) as HostTensor;
  const of = `safetensors: tensor ${show(name)}`;
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
  const [expected, found] = [nameOf(allocate(dtype, 0)), nameOf(data)];
  check(found === expected, () => `${of} is ${dtype} and needs ${expected}, got ${found}`);
  check(
    data.length === sizeOf(shape),
    () =>
      `${of} has shape [${shape.join(", ")}] and ${data.length} elements, expected ${sizeOf(shape)}`,
  );
  if (dtype === "bool") checkBooleans(data, name);
}
