import type { HostTensors, ModelFormat, StoredModel } from "@nn/core";

const arrays = {
  f32: Float32Array,
  f64: Float64Array,
  i32: Int32Array,
  bool: Uint8Array,
  u8: Uint8Array,
  i8: Int8Array,
} as const;

/** JSON with base64: the simplest format that keeps all bits. */
export function jsonFormat(): ModelFormat {
  return {
    name: "json",
    write({ tensors, metadata }) {
      const encoded = Object.entries(tensors).map(([name, { shape, dtype, data }]) => {
        const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
        return [name, { shape, dtype, data: bytes.toString("base64") }] as const;
      });
      const text = JSON.stringify({ tensors: Object.fromEntries(encoded), metadata });
      return new TextEncoder().encode(text);
    },
    read(bytes) {
      const stored = JSON.parse(new TextDecoder().decode(bytes)) as StoredModel;
      const decoded = Object.entries(stored.tensors).map(([name, { shape, dtype, data }]) => {
        const { buffer } = Uint8Array.from(Buffer.from(data as unknown as string, "base64"));
        return [name, { shape, dtype, data: new arrays[dtype](buffer) }] as const;
      });
      const tensors: HostTensors = Object.fromEntries(decoded);
      return { tensors, metadata: stored.metadata };
    },
  };
}

/** What a snapshot is after it was in a file. */
export function throughFile(stored: StoredModel): StoredModel {
  const format = jsonFormat();
  return format.read(format.write(stored));
}
