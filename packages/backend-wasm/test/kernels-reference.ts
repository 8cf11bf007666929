import { tensor, type Tensor, type TensorType, type TypedArray } from "@nn/core";
import { referenceBackend } from "@nn/testing";
import { run, value, type Value } from "./kernels-harness.ts";

const backend = referenceBackend();

/** What the reference computes with functions of the kernel, from the same values. */
function expected(
  compute: (...inputs: Tensor[]) => Tensor,
  inputs: readonly Value[],
): TensorType & { readonly data: TypedArray } {
  const result = compute(
    ...inputs.map(({ data, shape, dtype }) => tensor(backend, data, { shape, dtype })),
  );
  return { dtype: result.dtype, shape: result.shape, data: result.readSync() };
}

/** What the kernel and the reference make of the same values. */
export function both(
  primitive: string,
  inputs: readonly Value[],
  params: Record<string, never> | object,
  compute: (...inputs: Tensor[]) => Tensor,
): { readonly actual: TypedArray; readonly wanted: TypedArray } {
  const wanted = expected(compute, inputs);
  return { actual: run(primitive, inputs, wanted, params as never), wanted: wanted.data };
}

/** Whole numbers from a fixed sequence, from -50 to 49. */
export function integers(dtype: Value["dtype"], shape: readonly number[], seed = 1): Value {
  let state = seed >>> 0;
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return dtype === "bool" ? state >>> 31 : ((state >>> 8) % 100) - (dtype === "u8" ? 0 : 50);
  };
  const size = shape.reduce((product, length) => product * length, 1);
  return value(dtype, shape, Array.from({ length: size }, next));
}
