/** The float that 16 bits are as a half, by its definition: sign, exponent and fraction. */
export function floatOfHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25));
}

/** A float rounded to the nearest half: of two, to the one that is even. Every step is exact in f64. */
export function roundToHalf(value: number): number {
  if (!Number.isFinite(value) || value === 0) return value;
  const size = Math.abs(value);
  let exponent = -14;
  while (2 ** (exponent + 1) <= size) exponent++;
  const unit = 2 ** (exponent - 10);
  const whole = Math.floor(size / unit);
  const rest = size / unit - whole;
  const isUp = rest > 0.5 || (rest === 0.5 && whole % 2 === 1);
  const rounded = (whole + (isUp ? 1 : 0)) * unit;
  return Math.sign(value) * (rounded >= 65_536 ? Infinity : rounded);
}
