import type { Code, FunctionReference, Local } from "../assembler/index.ts";
import type { Plain } from "../assembler/opcodes.ts";

/** The vectors that functions of floats are computed on. */
export type Shape = "f32x4" | "f64x2";

/** An operand: a vector that a local holds, or a number in all lanes. */
export type Vector = Local | number;

/**
 * Writes formulas on vectors of one shape: each method pushes its operands and keeps the result in a new local, so that
 * code reads like arithmetic. Numbers stand for vectors with the number in all lanes; where bits are meant, for the bits
 * of that float (`-0` is the sign, `-Infinity` sign and exponent).
 */
export class Lanes {
  readonly code: Code;
  readonly shape: Shape;
  /** Whether steps of polynomials may round once instead of twice. */
  readonly fused: boolean;
  /** The bits of a mantissa, without the leading one. */
  readonly mantissaBits: number;
  /** What is added to an exponent to store it. */
  readonly bias: number;
  private readonly integers: "i32x4" | "i64x2";

  constructor(code: Code, shape: Shape, fused: boolean) {
    this.code = code;
    this.shape = shape;
    this.fused = fused;
    const single = shape === "f32x4";
    this.mantissaBits = single ? 23 : 52;
    this.bias = single ? 127 : 1023;
    this.integers = single ? "i32x4" : "i64x2";
  }

  add(a: Vector, b: Vector): Local {
    return this.apply("add", a, b);
  }

  sub(a: Vector, b: Vector): Local {
    return this.apply("sub", a, b);
  }

  mul(a: Vector, b: Vector): Local {
    return this.apply("mul", a, b);
  }

  div(a: Vector, b: Vector): Local {
    return this.apply("div", a, b);
  }

  /** The smaller one; the first, where one is NaN. */
  min(a: Vector, b: Vector): Local {
    return this.apply("pmin", a, b);
  }

  /** The larger one; the first, where one is NaN. */
  max(a: Vector, b: Vector): Local {
    return this.apply("pmax", a, b);
  }

  abs(a: Vector): Local {
    return this.apply("abs", a);
  }

  floor(a: Vector): Local {
    return this.apply("floor", a);
  }

  trunc(a: Vector): Local {
    return this.apply("trunc", a);
  }

  eq(a: Vector, b: Vector): Local {
    return this.apply("eq", a, b);
  }

  lt(a: Vector, b: Vector): Local {
    return this.apply("lt", a, b);
  }

  ge(a: Vector, b: Vector): Local {
    return this.apply("ge", a, b);
  }

  /** a · b + c, for steps where either rounding will do. */
  fma(a: Vector, b: Vector, c: Vector): Local {
    this.push(a);
    this.push(b);
    if (!this.fused) this.code.op(`${this.shape}.mul`);
    this.push(c);
    return this.keep(this.fused ? `${this.shape}.relaxed_madd` : `${this.shape}.add`);
  }

  /** c₀ + c₁x + c₂x² + …, by Horner's rule. */
  polynomial(x: Vector, coefficients: readonly number[]): Local {
    let sum: Vector = coefficients.at(-1)!;
    for (const c of coefficients.slice(0, -1).toReversed()) sum = this.fma(sum, x, c);
    return sum as Local;
  }

  and(a: Vector, b: Vector): Local {
    return this.bits("v128.and", a, b);
  }

  /** The bits of `a` that are not set in `b`. */
  without(a: Vector, b: Vector): Local {
    return this.bits("v128.andnot", a, b);
  }

  or(a: Vector, b: Vector): Local {
    return this.bits("v128.or", a, b);
  }

  xor(a: Vector, b: Vector): Local {
    return this.bits("v128.xor", a, b);
  }

  not(a: Vector): Local {
    return this.bits("v128.not", a);
  }

  /** `a` where the mask is set, else `b`. */
  select(mask: Local, a: Vector, b: Vector): Local {
    return this.bits("v128.bitselect", a, b, mask);
  }

  /** Adds the bits of floats as integers. */
  addBits(a: Vector, b: Vector): Local {
    return this.bits(`${this.integers}.add`, a, b);
  }

  /** Subtracts the bits of floats as integers. */
  subBits(a: Vector, b: Vector): Local {
    return this.bits(`${this.integers}.sub`, a, b);
  }

  /** Where the sign bit is set, as a mask. */
  isSigned(a: Vector): Local {
    return this.bits(`${this.integers}.lt_s`, a, 0);
  }

  shiftLeft(a: Vector, by: number): Local {
    this.push(a);
    this.code.i32(by);
    return this.keep(`${this.integers}.shl`);
  }

  shiftRight(a: Vector, by: number): Local {
    this.push(a);
    this.code.i32(by);
    return this.keep(`${this.integers}.shr_u`);
  }

  call(target: FunctionReference, ...operands: Vector[]): Local {
    for (const operand of operands) this.push(operand);
    return this.code.call(target).take("v128");
  }

  /** Pushes a vector. */
  push(a: Vector): void {
    if (typeof a === "number") this.code.splat(this.shape, a);
    else this.code.get(a);
  }

  private apply(
    name:
      | "add"
      | "sub"
      | "mul"
      | "div"
      | "pmin"
      | "pmax"
      | "abs"
      | "floor"
      | "trunc"
      | "eq"
      | "lt"
      | "ge",
    ...operands: Vector[]
  ): Local {
    return this.bits(`${this.shape}.${name}`, ...operands);
  }

  private bits(name: Plain, ...operands: Vector[]): Local {
    for (const operand of operands) this.push(operand);
    return this.keep(name);
  }

  private keep(name: Plain): Local {
    return this.code.op(name).take("v128");
  }
}

/** Writes what a function of one operand returns. */
export type Formula = (v: Lanes, x: Local) => Local;

/** The two halves of a vector of f32, as f64. */
export function halves({ code }: Lanes, x: Local): [low: Local, high: Local] {
  const low = code.get(x).op("f64x2.promote_low_f32x4").take("v128");
  code.get(x).get(x).shuffle32([2, 3, 2, 3]);
  return [low, code.op("f64x2.promote_low_f32x4").take("v128")];
}

/** The vector of f32 that has these halves in f64. */
export function joined({ code }: Lanes, low: Local, high: Local): Local {
  code.get(low).op("f32x4.demote_f64x2_zero");
  code.get(high).op("f32x4.demote_f64x2_zero");
  return code.shuffle32([0, 1, 4, 5]).take("v128");
}
