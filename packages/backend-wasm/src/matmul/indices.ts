import type { Code, Int, Local } from "../assembler/index.ts";

/** Takes a row-major index apart. */
export function splitIndex(code: Code, index: Int, lengths: readonly number[]): readonly Int[] {
  const first = lengths.findIndex((length) => length !== 1);
  const result: Int[] = lengths.map(() => 0);
  let rest = index;
  lengths.forEach((_, i) => {
    const axis = lengths.length - 1 - i;
    const length = lengths[axis]!;
    if (length === 1) return;
    if (axis === first) result[axis] = rest;
    else if (typeof rest === "number") {
      result[axis] = rest % length;
      rest = Math.floor(rest / length);
    } else {
      result[axis] = code.get(rest).i32(length).op("i32.rem_u").take("i32");
      rest = code.get(rest).i32(length).op("i32.div_u").take("i32");
    }
  });
  return result;
}

/** An address moved by indices times strides in bytes, in a local of its own. */
export function moved(
  code: Code,
  address: Local,
  indices: readonly Int[],
  strides: readonly number[],
): Local {
  code.get(address);
  indices.forEach((index, axis) => {
    const stride = strides[axis]!;
    if (index === 0 || stride === 0) return;
    if (typeof index === "number") code.i32(index * stride);
    else code.get(index).i32(stride).op("i32.mul");
    code.op("i32.add");
  });
  return code.take("i32");
}

/** `value * factor`. */
export function times(code: Code, value: Int, factor: number): Int {
  if (typeof value === "number") return value * factor;
  if (factor === 1) return value;
  return code.get(value).i32(factor).op("i32.mul").take("i32");
}

/** `value + other`. */
export function plus(code: Code, value: Int, other: Int): Int {
  if (value === 0) return other;
  if (other === 0) return value;
  if (typeof value === "number" && typeof other === "number") return value + other;
  return code.int(value).int(other).op("i32.add").take("i32");
}

/** `value - other`. */
export function minus(code: Code, value: Int, other: Int): Int {
  if (typeof other === "number") return plus(code, value, -other);
  return code.int(value).get(other).op("i32.sub").take("i32");
}

/** The lesser of `value + other` and a bound. */
export function lesser(code: Code, value: Int, other: number, bound: number): Local {
  const sum = code.int(value).i32(other).op("i32.add").take("i32");
  return code.get(sum).i32(bound).get(sum).i32(bound).op("i32.lt_s").op("select").take("i32");
}
