import { check, type HostTensor, type Json, sizeOf, type StoredModel, TensorError } from "@nn/core";
import { decodeNumbers, storedAs } from "./dtypes.ts";
import { type Entry, parseHeader } from "./header.ts";
import { longestHeader } from "./limits.ts";
import { decodeValue, nameOf } from "./metadata.ts";
import { show } from "./names.ts";

const damaged = "the file is damaged, or no safetensors file";

/** Reads a file's bytes. Everything that it says is checked before anything is made of it. */
export function read(bytes: Uint8Array): StoredModel {
  check(
    Object.prototype.toString.call(bytes) === "[object Uint8Array]",
    () => `safetensors: expected the bytes of a file as a Uint8Array, got ${nameOf(bytes)}`,
  );
  const start = findData(bytes);
  const { entries, metadata } = parseHeader(decodeText(bytes.subarray(8, start)));
  const data = bytes.subarray(start);
  checkLayout(entries, data.length);
  // Objects without a prototype, so that names mean nothing but what the file says.
  const tensors = Object.create(null) as { [name: string]: HostTensor };
  for (const { name, dtype, shape, begin, end } of entries) {
    const stored = storedAs(dtype, name);
    const numbers = decodeNumbers(data.subarray(begin, end), stored, name);
    tensors[name] = { shape, dtype: stored.dtype, data: numbers };
  }
  const values = Object.create(null) as { [name: string]: Json };
  for (const [name, text] of metadata) values[name] = decodeValue(text, name);
  return { tensors, metadata: values };
}

/** Where the tensors begin, by the length of the header in the first 8 bytes. */
function findData(bytes: Uint8Array): number {
  const size = bytes.length;
  check(size >= 8, () => `safetensors: expected at least 8 bytes, got ${size}; ${damaged}`);
  const length = new DataView(bytes.buffer, bytes.byteOffset, size).getBigUint64(0, true);
  check(
    length <= longestHeader,
    () =>
      `safetensors: expected a header of at most ${longestHeader} bytes, got one of ${length}; ${damaged}`,
  );
  const start = 8 + Number(length);
  check(
    start <= size,
    () =>
      `safetensors: expected a header of ${length} bytes, and the file has only ${size - 8} more; ${damaged}`,
  );
  // The format asks for it, and it tells most other files apart.
  check(bytes[8] === 0x7b, () => `safetensors: expected a header that begins with '{'; ${damaged}`);
  return start;
}

function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new TensorError(`safetensors: expected a header of UTF-8; ${damaged}`);
  }
}

/** Refuses tensors that overlap, leave bytes to nobody, or have other sizes than their shapes. */
function checkLayout(entries: readonly Entry[], size: number): void {
  let at = 0;
  // Sizes that overflow become Infinity or NaN, which no number of bytes is equal to.
  for (const { name, dtype, shape, begin, end } of [...entries].sort(
    (a, b) => a.begin - b.begin || a.end - b.end,
  )) {
    check(
      begin === at && begin <= end,
      () =>
        `safetensors: expected tensor ${show(name)} to begin at byte ${at}, where the one before ends, ` +
        `got ${begin} to ${end}; ${damaged}`,
    );
    const expected = sizeOf(shape) * storedAs(dtype, name).bytes;
    check(
      end - begin === expected,
      () =>
        `safetensors: expected ${expected} bytes for tensor ${show(name)} of ${dtype} [${shape.join(", ")}], ` +
        `got ${end - begin}; ${damaged}`,
    );
    at = end;
  }
  check(at === size, () => `safetensors: expected ${at} bytes of tensors, got ${size}; ${damaged}`);
}
