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
