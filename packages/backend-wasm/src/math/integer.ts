import type { Code, Local } from "../assembler/index.ts";

/*
 * Division of integers, by way of f64, where quotients of 32 bits are exact enough to be truncated. Adding 1.5 · 2⁵²
 * leaves the quotient in the low 32 bits: 2³¹ wraps around to -2³¹ there, and Infinity and NaN, from a division by zero,
 * become 0.
 */

/** The quotient, towards zero; x / 0 is 0. */
export function divide(code: Code, x: Local, y: Local): Local {
  const [low, high] = [0, 1].map((half) => {
    for (const operand of [x, y]) {
      code.get(operand);
      if (half) code.get(operand).shuffle32([2, 3, 2, 3]);
      code.op("f64x2.convert_low_i32x4_s");
    }
    code
      .op("f64x2.div")
      .op("f64x2.trunc")
      .splat("f64x2", 1.5 * 2 ** 52)
      .op("f64x2.add");
    return code.take("v128");
  });
  return code.get(low!).get(high!).shuffle32([0, 2, 4, 6]).take("v128");
}

/** x - (x / y) · y, with the sign of x; 0 where y is 0. */
export function remainder(code: Code, x: Local, y: Local): Local {
  const quotient = divide(code, x, y);
  code.get(x).get(quotient).get(y).op("i32x4.mul").op("i32x4.sub");
  return code.get(y).splat("i32x4", 0).op("i32x4.ne").op("v128.and").take("v128");
}
