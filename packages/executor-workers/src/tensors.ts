import { allocate, check, type DType, type HostTensors, sizeOf } from "@nn/core";

const arrayNames: { readonly [dtype in DType]: string } = {
  f32: "Float32Array",
  f64: "Float64Array",
  i32: "Int32Array",
  u8: "Uint8Array",
  i8: "Int8Array",
  bool: "Uint8Array",
};

/** Refuses what is no tensors, or whose data do not fit their shape; `owner` is who has them, as in `a job`. */
export function checkTensors(tensors: unknown, owner: string): asserts tensors is HostTensors {
  check(
    Object.prototype.toString.call(tensors) === "[object Object]",
    () => `workers: ${owner} needs tensors by their names, { } for none, got ${String(tensors)}`,
  );
  for (const [name, tensor] of Object.entries(tensors as object)) {
    const { shape, dtype, data } = Object(tensor) as { [name: string]: unknown };
    const of = `workers: tensor '${name}' of ${owner}`;
    const isShape =
      Array.isArray(shape) && shape.every((length) => Number.isInteger(length) && length >= 0);
    check(isShape, () => `${of} needs a shape such as [2, 3], got ${String(shape)}`);
    const expected = Object.hasOwn(arrayNames, String(dtype)) && arrayNames[dtype as DType];
    check(
      expected,
      () => `${of} needs a dtype among ${Object.keys(arrayNames).join(", ")}, got ${String(dtype)}`,
    );
    const found = Object.prototype.toString.call(data).slice(8, -1);
    check(
      found === expected,
      () => `${of} is ${String(dtype)} and needs a ${expected}, got ${found}`,
    );
    const { length, buffer } = data as Float32Array;
    check(
      length === sizeOf(shape),
      () =>
        `${of} has shape [${shape.join(", ")}] and ${length} elements` +
        (buffer.byteLength === 0
          ? "; its memory has perhaps been transferred to somebody else"
          : ""),
    );
  }
}

/**
 * Tensors as they are sent, without taking anything from their owner. Memory that is shared is not copied; of an array
 * that sees a part of its memory only that part is, and the copy is to be transferred.
 */
export function pack(tensors: HostTensors): { sent: HostTensors; transfer: ArrayBuffer[] } {
  const transfer: ArrayBuffer[] = [];
  const sent = Object.entries(tensors).map(([name, { shape, dtype, data }]) => {
    const { buffer, byteLength, length } = data;
    const isShared = Object.prototype.toString.call(buffer) === "[object SharedArrayBuffer]";
    if (length > 0 && (isShared || byteLength === buffer.byteLength))
      return [name, { shape, dtype, data }];
    const own = allocate(dtype, length);
    // An array without elements may be what is left of one whose memory is gone, which cannot be read.
    if (length > 0) own.set(data);
    transfer.push(own.buffer as ArrayBuffer);
    return [name, { shape, dtype, data: own }];
  });
  return { sent: Object.fromEntries(sent), transfer };
}
