import type { Code, Int, Local } from "../assembler/index.ts";

/** Takes a row-major index apart. */
export function splitIndex(code: Code, index: Int, lengths: readonly number[]): readonly Int[] {
  if (typeof index === "number") {
    let rest = index;
    return lengths
      .toReversed()
      .map((length) => {
        const at = rest % length;
        rest = (rest - at) / length;
        return at;
      })
      .reverse();
  }
  const first = lengths.findIndex((length) => length !== 1);
  const result: Int[] = lengths.map(() => 0);
  let rest = index;
  for (let axis = lengths.length - 1; axis >= first && first >= 0; axis--) {
    const length = lengths[axis]!;
    if (length === 1) continue;
    if (axis === first) {
      result[axis] = rest;
      break;
    }
    result[axis] = code.get(rest).i32(length).op("i32.rem_u").take("i32");
    rest = code.get(rest).i32(length).op("i32.div_u").take("i32");
  }
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
