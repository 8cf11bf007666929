import { check, type TypedArray } from "@nn/core";

const kinds = [Float32Array, Float64Array, Int32Array, Uint8Array, Int8Array] as const;

/** A new array of the kind of another one, which may be a `Buffer`. `path` is for the error when there is no such tensor. */
export function arrayLike(path: string, data: TypedArray, length: number): TypedArray {
  const own = data[Symbol.toStringTag];
  const kind = kinds.find(({ name }) => name === own);
  check(
    kind,
    () => `${path}: cannot take a ${own}, only ${kinds.map(({ name }) => name).join(", ")}`,
  );
  return new kind(length);
}
