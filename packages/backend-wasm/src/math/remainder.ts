import type { Code, FunctionReference, Local, ModuleBuilder } from "../assembler/index.ts";
import { halves, joined, Lanes } from "./lanes.ts";

/**
 * The remainder of a division of floats that truncates, exactly: x is a whole number of units in the last place of y, or
 * smaller than y. Where the quotients of f32 have no more than 28 bits, they and their products with y are exact in f64,
 * and so the remainder is; other vectors go lane by lane.
 */
export function remainder(module: ModuleBuilder, v: Lanes, x: Local, y: Local): Local {
  const scalar = module.once("rem", () => scalarRemainder(module));
  if (v.shape === "f64x2") return laneByLane(v, scalar, x, y);
  const wide = new Lanes(v.code, "f64x2", false);
  const ys = halves(v, y);
  const sides = halves(v, x).map((top, n) => ({ top, bottom: ys[n]! }));
  const exact = sides.map(({ top, bottom }) => {
    const quotient = wide.trunc(wide.div(top, bottom));
    const isExact = wide.and(
      wide.lt(wide.abs(quotient), 2 ** 28),
      wide.lt(wide.abs(bottom), Infinity),
    );
    return { rest: wide.sub(top, wide.mul(quotient, bottom)), isExact };
  });
  const [low, high] = exact as [(typeof exact)[0], (typeof exact)[0]];
  const result = v.or(joined(v, low.rest, high.rest), v.and(x, -0));
  v.push(wide.and(low.isExact, high.isExact));
  v.code
    .op("i64x2.all_true")
    .op("i32.eqz")
    .when(() => {
      const [first, second] = sides.map(({ top, bottom }) => laneByLane(wide, scalar, top, bottom));
      v.code.get(joined(v, first!, second!)).set(result);
    });
  return result;
}

function laneByLane({ code }: Lanes, scalar: FunctionReference, x: Local, y: Local): Local {
  code.get(x);
  for (const lane of [0, 1]) {
    for (const operand of [x, y]) code.get(operand).lane("f64x2.extract_lane", lane);
    code.call(scalar).lane("f64x2.replace_lane", lane);
  }
  return code.take("v128");
}

const mantissa = 2n ** 52n - 1n;

/**
 * The remainder of two numbers of f64, by long division of their mantissas: in every step, the rest is followed by as
 * many zeros as fit into 64 bits, at most as many as the exponents are apart.
 */
function scalarRemainder(module: ModuleBuilder): FunctionReference {
  return module.function("rem", ["f64", "f64"], ["f64"], (code, x, y) => {
    const top = unpack(code, x!);
    const bottom = unpack(code, y!);
    // Infinity, NaN and 0 are done without, and so is what is smaller than y.
    code.get(x!).op("f64.abs").f64(Infinity).op("f64.lt");
    code.get(y!).op("f64.abs").f64(0).op("f64.gt").op("i32.and").op("i32.eqz");
    code.when(() => code.f64(NaN).op("return"));
    code.get(x!).op("f64.abs").get(y!).op("f64.abs").op("f64.lt");
    code.when(() => code.get(x!).op("return"));

    const rest = code.get(top.mantissa).get(bottom.mantissa).op("i64.rem_u").take("i64");
    const left = code.get(top.exponent).get(bottom.exponent).op("i64.sub").take("i64");
    const step = code.local("i64");
    code.block(() => {
      code.loop(() => {
        code.get(left).op("i64.eqz").branchIf(1);
        code.i64(11n).get(left).get(left).i64(11n).op("i64.lt_u");
        code.op("i32.eqz").op("select").set(step);
        code.get(rest).get(step).op("i64.shl").get(bottom.mantissa).op("i64.rem_u").set(rest);
        code.get(left).get(step).op("i64.sub").set(left);
        code.branch(0);
      });
    });
    // 2^(exponent - 1075) in two factors, since it may be too small for one.
    const half = code
      .get(bottom.exponent)
      .i64(1075n)
      .op("i64.sub")
      .i64(1n)
      .op("i64.shr_s")
      .take("i64");
    code.get(rest).op("f64.convert_i64_u");
    powerOfTwo(code, () => code.get(half));
    code.op("f64.mul");
    powerOfTwo(code, () =>
      code.get(bottom.exponent).i64(1075n).op("i64.sub").get(half).op("i64.sub"),
    );
    code.op("f64.mul").get(x!).op("f64.copysign");
  });
}

/** |x| = mantissa · 2^(exponent - 1075) for finite numbers. */
function unpack(code: Code, x: Local): { mantissa: Local; exponent: Local } {
  const bits = code.get(x).op("i64.reinterpret_f64").take("i64");
  const field = code.get(bits).i64(52n).op("i64.shr_u").i64(2047n).op("i64.and").take("i64");
  code.get(bits).i64(mantissa).op("i64.and");
  const fraction = code.take("i64");
  code
    .get(fraction)
    .i64(mantissa + 1n)
    .op("i64.or")
    .get(fraction);
  code.get(field).op("i64.eqz").op("i32.eqz").op("select");
  const whole = code.take("i64");
  code.get(field).i64(1n).get(field).op("i64.eqz").op("i32.eqz").op("select");
  return { mantissa: whole, exponent: code.take("i64") };
}

/** Pushes 2 to the power of an integer that `exponent` pushes, for results that are normal numbers. */
function powerOfTwo(code: Code, exponent: () => void): void {
  exponent();
  code.i64(1023n).op("i64.add").i64(52n).op("i64.shl").op("f64.reinterpret_i64");
}
