import type { Backend } from "../interfaces/backend.ts";
import type { DType, Tensor, TypedArray } from "../interfaces/tensor.ts";
import { materialize } from "./apply.ts";
import { arrays, isFloat, areCounts, sizeOf } from "./dtype.ts";
import { check, show } from "./errors.ts";
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
  check(
    areCounts(shape) && sizeOf(shape) === found.values.length,
    () =>
      `tensor: shape ${show(shape)} does not hold the ${found.values.length} elements that were given`,
  );
  check(
    backend.dtypes.includes(dtype),
    () =>
      `tensor: ${backend.kind} has no ${dtype}, only ${backend.dtypes.join(", ")}; choose one with { dtype }`,
  );
  const type = { shape: [...shape], dtype };
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

function fromTypedArray(values: TypedArray): Found {
  const name = values[Symbol.toStringTag];
  const dtypes = Object.keys(arrays) as DType[];
  const dtype = dtypes.find((key) => arrays[key].name === name);
  check(
    dtype,
    () => `tensor: cannot take a ${name}, only ${dtypes.map((key) => arrays[key].name).join(", ")}`,
  );
  return { values, shape: [values.length], dtype };
}

function fromNested(data: TensorData): Found {
  const shape: number[] = [];
  for (let at = data; isList(at); at = at[0] as TensorData) shape.push(at.length);
  const values: number[] = [];
  let isBool = true;
  const visit = (node: TensorData, depth: number, path: string): void => {
    const length = shape[depth];
    const isArray = isList(node);
    check(
      length === undefined
        ? typeof node === "number" || typeof node === "boolean"
        : isArray && node.length === length,
      () =>
        `tensor: data${path} is ${isArray ? `an array of ${node.length}` : String(node)}, expected ` +
        (length === undefined ? "a number" : `an array of ${length}, like the first of its kind`),
    );
    if (isArray) for (let i = 0; i < node.length; i++) visit(node[i]!, depth + 1, `${path}[${i}]`);
    else {
      isBool &&= typeof node === "boolean";
      values.push(Number(node));
    }
  };
  visit(data, 0, "");
  return { values, shape, dtype: isBool && values.length > 0 ? "bool" : "f32" };
}

function isList(data: TensorData): data is readonly TensorData[] | TypedArray {
  return Array.isArray(data) || ArrayBuffer.isView(data);
}

/** `upload` takes a copy, so data that has the dtype's form already can pass. */
function convert(values: ArrayLike<number>, dtype: DType): TypedArray {
  if (dtype === "bool") return Uint8Array.from(values, (value) => Number(value !== 0));
  if (values.constructor === arrays[dtype]) return values as TypedArray;
  const array = new arrays[dtype](values);
  const at = isFloat(dtype) ? -1 : array.findIndex((value, i) => value !== values[i]);
  check(
    at < 0,
    () =>
      `tensor: element ${at} is ${values[at]}, which ${dtype} cannot hold; choose another dtype`,
  );
  return array;
}
