import { type Backend, tensor, type Tensor } from "@nn/core";

/** What a function makes of numbers that are on the backend for the time of the call. */
export function withNumbers<R>(
  backend: Backend,
  numbers: Int32Array,
  fn: (numbers: Tensor) => R,
): R {
  const uploaded = tensor(backend, numbers);
  try {
    return fn(uploaded);
  } finally {
    uploaded.dispose();
  }
}
