import { allocate, type DType, type ModelFormat, type StoredModel } from "@nn/core";

type Written = {
  readonly tensors: { readonly [name: string]: { shape: number[]; dtype: DType; bytes: string } };
  readonly metadata: StoredModel["metadata"];
};

/** A format for tests: JSON, with the bytes of tensors in Base64. */
export function jsonFormat(): ModelFormat {
  return {
    name: "json",
    write({ tensors, metadata }) {
      const packed = Object.entries(tensors).map(([name, { shape, dtype, data }]) => {
        const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("base64");
        return [name, { shape, dtype, bytes }];
      });
      return new TextEncoder().encode(
        JSON.stringify({ tensors: Object.fromEntries(packed), metadata }),
      );
    },
    read(file) {
      const { tensors, metadata } = JSON.parse(new TextDecoder().decode(file)) as Written;
      const unpacked = Object.entries(tensors).map(([name, { shape, dtype, bytes }]) => {
        const found = Buffer.from(bytes, "base64");
        const data = allocate(
          dtype,
          shape.reduce((a, b) => a * b, 1),
        );
        new Uint8Array(data.buffer).set(found);
        return [name, { shape, dtype, data }] as const;
      });
      return { tensors: Object.fromEntries(unpacked), metadata };
    },
  };
}
