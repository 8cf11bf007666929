import type { Backend } from "../interfaces/backend.ts";
import type { DType, Tensor, TypedArray } from "../interfaces/tensor.ts";
import { materialize } from "./apply.ts";
import { allocate, isFloat, sizeOf } from "./dtype.ts";
import { check, show, TensorError } from "./errors.ts";
import { makeValue, valueOf } from "./tensor.ts";

/** Nested arrays of numbers or booleans, or a typed array. */
export type TensorData = number | boolean | TypedArray | readonly TensorData[];

/**
 * Puts data on a backend: nested arrays of numbers (f32 unless `dtype` says otherwise; booleans become bool), or a
 * typed array together with its shape. The data is copied.
 *
 * ```ts
 * const x = tensor(backend, [[0, 0], [0, 1], [1, 0], [1, 1]]);
 * const pixels = tensor(backend, bytes, { shape: [60000, 784] });
 * ```
 */
export function tensor(
  backend: Backend,
  data: TensorData,
  options: { shape?: readonly number[]; dtype?: DType } = {},
): Tensor {
  const found = ArrayBuffer.isView(data)
    ? fromTypedArray(data as TypedArray)
    : fromNested(data as number);
  const { shape = found.shape, dtype = found.dtype } = options;
  const isShape = shape.every((length) => Number.isInteger(length) && length >= 0);
  check(
    isShape && sizeOf(shape) === found.values.length,
    () =>
      `tensor: shape ${show(shape)} does not hold the ${found.values.length} elements that were given`,
  );
  check(
    backend.dtypes.includes(dtype),
    () =>
      `tensor: ${backend.kind} has no ${dtype}, only ${backend.dtypes.join(", ")}; choose one with { dtype }`,
  );
  const type = { shape, dtype };
  return makeValue(backend, backend.upload(convert(found.values, dtype), type), type);
}

/** The same tensor on the given backend: a constant is computed there, a value of another backend is copied. */
export async function place(backend: Backend, x: Tensor): Promise<Tensor> {
  if (x.source.state === "constant") return materialize(backend, x);
  const { backend: home } = valueOf(x, "place");
  return home === backend ? x : makeValue(backend, backend.upload(await x.read(), x), x);
}

interface Found {
  readonly values: ArrayLike<number>;
  readonly shape: readonly number[];
  readonly dtype: DType;
}

function fromTypedArray(data: TypedArray): Found {
  const names: Record<string, DType> = {
    Float32Array: "f32",
    Float64Array: "f64",
    Int32Array: "i32",
    Uint8Array: "u8",
    Int8Array: "i8",
  };
  const dtype = names[data[Symbol.toStringTag]];
  if (!dtype)
    throw new TensorError(
      `tensor: cannot take a ${data[Symbol.toStringTag]}; use one of ${Object.keys(names).join(", ")}`,
    );
  return { values: data, shape: [data.length], dtype };
}

function fromNested(data: TensorData): Found {
  const shape: number[] = [];
  for (let at = data; Array.isArray(at); at = at[0] as TensorData) shape.push(at.length);
  const values: number[] = [];
  let booleans = 0;
  const visit = (node: TensorData, depth: number, path: string): void => {
    if (Array.isArray(node)) {
      check(
        depth < shape.length && node.length === shape[depth],
        () =>
          `tensor: data${path} has ${node.length} elements where the first of its kind has ${shape[depth] ?? "none"}; ` +
          "all rows must be equally long",
      );
      node.forEach((child, i) => visit(child, depth + 1, `${path}[${i}]`));
      return;
    }
    const isValue = typeof node === "number" || typeof node === "boolean";
    check(
      isValue && depth === shape.length,
      () => `tensor: data${path} is ${String(node)}, expected a number`,
    );
    if (typeof node === "boolean") booleans++;
    values.push(Number(node));
  };
  visit(data, 0, "");
  return { values, shape, dtype: booleans > 0 && booleans === values.length ? "bool" : "f32" };
}

function convert(values: ArrayLike<number>, dtype: DType): TypedArray {
  const array = allocate(dtype, values.length);
  for (let i = 0; i < array.length; i++)
    array[i] = dtype === "bool" ? Number(values[i] !== 0) : values[i]!;
  if (isFloat(dtype) || dtype === "bool") return array;
  for (let i = 0; i < array.length; i++)
    check(
      array[i] === values[i],
      () =>
        `tensor: element ${i} is ${values[i]}, which ${dtype} cannot hold; choose another dtype`,
    );
  return array;
}
