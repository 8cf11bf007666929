import { showType } from "../engine/dtype.ts";
import { check } from "../engine/errors.ts";
import type { DType, TensorType } from "../interfaces/tensor.ts";

/** Which dtypes operations take. */
const dtypes = {
  float: ["f32", "f64"],
  number: ["f32", "f64", "i32"],
  integer: ["i32"],
  bits: ["i32", "bool"],
  any: ["f32", "f64", "i32", "bool"],
} satisfies Record<string, readonly DType[]>;

export type Takes = keyof typeof dtypes;

/** Refuses operands, as in `reshape: expected 6 elements, got f32[4]`, unless the condition holds. */
export function checkOperands(
  name: string,
  operands: readonly TensorType[],
  condition: boolean,
  expected: () => string,
): void {
  check(
    condition,
    () => `${name}: expected ${expected()}, got ${operands.map(showType).join(" and ")}`,
  );
}

/** Refuses operands unless they all have the same dtype, one of those. */
export function checkDtype(name: string, takes: Takes, operands: readonly TensorType[]): void {
  const allowed: readonly DType[] = dtypes[takes];
  const { dtype } = operands[0]!;
  checkOperands(
    name,
    operands,
    allowed.includes(dtype) && operands.every((operand) => operand.dtype === dtype),
    () => `${allowed.join(" or ")}${operands.length > 1 ? ", all the same" : ""} (cast() first)`,
  );
}
