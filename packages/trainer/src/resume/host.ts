import {
  type Backend,
  type HostTensor,
  type HostTensors,
  type StoredModel,
  tensor,
  TensorError,
  type TensorMap,
} from "@nn/core";
import { has } from "../options.ts";

/** Whether it is what formats read. Formats of somebody else's may give anything. */
export function isStored(stored: unknown): stored is StoredModel {
  const { tensors, metadata } = Object(stored) as { readonly [name: string]: unknown };
  return (
    has(metadata) &&
    has(tensors) &&
    Object.values(tensors).every(
      (tensor) =>
        has(tensor) &&
        Array.isArray((tensor as HostTensor).shape) &&
        ArrayBuffer.isView((tensor as HostTensor).data),
    )
  );
}

/** Copies of tensors, outside of their backend. */
export async function toHost(tensors: TensorMap): Promise<HostTensors> {
  const entries = Object.entries(tensors).map(async ([path, value]) => {
    const { shape, dtype } = value;
    return [path, { shape: [...shape], dtype, data: await value.read() }] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

/** Puts tensors on a backend. `name` is for the error when one of them is not what it says. */
export function fromHost(name: string, backend: Backend, tensors: HostTensors): TensorMap {
  const made: [string, ReturnType<typeof tensor>][] = [];
  try {
    for (const [path, { data, shape, dtype }] of Object.entries(tensors)) {
      try {
        made.push([path, tensor(backend, data, { shape, dtype })]);
      } catch (error) {
        throw new TensorError(`${name}: '${path}': ${(error as Error).message}`, { cause: error });
      }
    }
  } catch (error) {
    for (const [, value] of made) value.dispose();
    throw error;
  }
  return Object.fromEntries(made);
}

/** The same names with other values. */
export function mapValues<A, B>(
  values: { readonly [name: string]: A },
  fn: (value: A) => B,
): Record<string, B> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, fn(value)]));
}

/** The same values, with names that begin with `prefix`. */
export function named<T>(
  prefix: string,
  values: { readonly [name: string]: T },
): Record<string, T> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [`${prefix}${name}`, value]),
  );
}

/** The tensors whose names begin with `prefix`, without it. */
export function within(prefix: string, tensors: HostTensors): HostTensors {
  return Object.fromEntries(
    Object.entries(tensors)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, value]) => [name.slice(prefix.length), value]),
  );
}

/** Lists of numbers as tensors, which keep every bit of them, where JSON has no NaN. */
export function numbersToHost(lists: { readonly [name: string]: readonly number[] }): HostTensors {
  return mapValues(lists, (values) => ({
    shape: [values.length],
    dtype: "f64" as const,
    data: Float64Array.from(values),
  }));
}

/** The lists that `numbersToHost` made tensors of. */
export function numbersFromHost(tensors: HostTensors): Record<string, number[]> {
  return mapValues(tensors, ({ data }) => Array.from<number>(data));
}
