import { apply } from "../engine/apply.ts";
import { KERNEL_CONTRACT } from "../engine/contract.ts";
import { allocate, isFloat } from "../engine/dtype.ts";
import { check } from "../engine/errors.ts";
import { isTensor } from "../engine/tensor.ts";
import type { Primitive } from "../interfaces/primitive.ts";
import type { DType, Tensor, TensorLike, TensorType } from "../interfaces/tensor.ts";

type FullParams = {
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly value: number;
};

/** Basis: a tensor of one value. `value` is 0 or 1 for bool, and rounded by the backend for f32. */
export const fullPrimitive: Primitive = {
  name: "full",
  contract: KERNEL_CONTRACT,
  type: (_, params) => [params as unknown as TensorType],
};

/** Basis: 0, 1, 2, … along one axis. */
const iotaPrimitive: Primitive<{ readonly length: number; readonly dtype: DType }> = {
  name: "iota",
  contract: KERNEL_CONTRACT,
  type: (_, { length, dtype }) => [{ shape: [length], dtype }],
};

/** A constant tensor of one value. */
export function full(
  shape: readonly number[],
  value: number | boolean,
  dtype: DType = typeof value === "boolean" ? "bool" : "f32",
): Tensor {
  const number = Number(value);
  check(
    isPlain(value) && (isFloat(dtype) || allocate(dtype, 1).fill(number)[0] === number),
    () => `full: ${dtype} cannot hold ${value}; choose another dtype`,
  );
  const params: FullParams = {
    shape: [...shape],
    dtype,
    value: dtype === "bool" ? Number(number !== 0) : number,
  };
  return apply(fullPrimitive, [], params)[0]!;
}

/** A constant tensor of zeros. */
export function zeros(shape: readonly number[], dtype: DType = "f32"): Tensor {
  return full(shape, 0, dtype);
}

/** A constant tensor of ones. */
export function ones(shape: readonly number[], dtype: DType = "f32"): Tensor {
  return full(shape, 1, dtype);
}

/** Zeros of the same type. */
export function zerosLike({ shape, dtype }: TensorType): Tensor {
  return full(shape, 0, dtype);
}

/** The constant 0, 1, …, length - 1. */
export function iota(length: number, dtype: DType = "i32"): Tensor {
  return apply(iotaPrimitive, [], { length, dtype })[0]!;
}

/** An operand as a tensor: a plain number takes the given dtype, anything else is left for `apply` to refuse. */
export function toTensor(value: TensorLike, dtype?: DType): Tensor {
  return isPlain(value) ? full([], value, dtype) : value;
}

function isPlain(value: unknown): value is number | boolean {
  return typeof value === "number" || typeof value === "boolean";
}

/** Operands as tensors; plain numbers take the dtype of the first tensor among them. */
export function toTensors(values: readonly TensorLike[]): Tensor[] {
  const dtype = values.find(isTensor)?.dtype;
  return values.map((value) => toTensor(value, dtype));
}
