/** WGSL has no literal for the smallest i32. */
export function integerText(value: number): string {
  if (value === -(2 ** 31)) return "(-2147483647 - 1)";
  return value < 0 ? `(${value})` : String(value);
}

/** Numbers that arithmetic might change, or that WGSL has no constant for, are given by their bits. */
export function floatText(value: number): string {
  if (Number.isNaN(value)) return "nan()";
  if (value === Infinity) return "infinity()";
  if (value === -Infinity) return "(-infinity())";
  const rounded = Math.fround(value);
  if (Object.is(rounded, 0)) return "0.0";
  if (Math.abs(rounded) < 2 ** -126) {
    const [bits] = new Uint32Array(Float32Array.of(rounded).buffer);
    return `bitcast<f32>(${bits}u)`;
  }
  const text = String(rounded);
  const literal = /[.e]/.test(text) ? text : `${text}.0`;
  return rounded < 0 ? `(${literal})` : literal;
}
