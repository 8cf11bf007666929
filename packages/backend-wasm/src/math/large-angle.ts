import type { Code, FunctionReference, Local, ModuleBuilder } from "../assembler/index.ts";

/** The binary digits of 2/π behind the point, in words of 64 bits, behind 64 zeros. */
const twoOverPi = [
  0n,
  0xa2f9836e4e441529n,
  0xfc2757d1f534ddc0n,
  0xdb6295993c439041n,
  0xfe5163abdebbc561n,
  0xb7246e3a424dd2e0n,
  0x06492eea09d1921cn,
  0xfe1deb1cb129a73en,
  0xe88235f52ebb4484n,
  0xe99c7026b45f7e41n,
  0x3991d639835339f4n,
  0x9c845f8bbdf9283bn,
  0x1ff897ffde05980fn,
  0xef2f118b5a0a6d1fn,
  0x6d367ecf27cb09b7n,
  0x4f463f669e5fea2dn,
  0x7527bac7ebe5f17bn,
  0x3d0739f78a5292ean,
  0x6bfb5fb11f8d5d08n,
  0x56033046fc7b6babn,
];

/** ½π in two parts; the first one has 23 bits. */
const halfPi = [1.570796251296997, 7.549789954891882e-8] as const;

/**
 * Takes whole quarter turns off a number of f64 of at least 2³⁰ (Payne and Hanek): returns the remainder, of at most ⅛
 * turn, and how many quarter turns were taken, up to multiples of 4. With |x| = M·2ᵉ, digits of 2/π that make multiples
 * of 4 of 2ᵉ do not count; 192 of those behind them, times M, leave 128 that are exact.
 */
export function largeAngle(module: ModuleBuilder): FunctionReference {
  const digits = module.function("digits", ["i32"], ["i64"], (code, word) => {
    code.i64(0n);
    twoOverPi.forEach((value, n) => {
      const found = code.take("i64");
      code.i64(BigInt.asIntN(64, value)).get(found).get(word!).i32(n).op("i32.eq").op("select");
    });
  });
  const high = module.function("high", ["i64", "i64"], ["i64"], (code, a, b) =>
    highOf(code, a!, b!),
  );
  return module.function("angle", ["f64"], ["f64", "i64"], (code, x) => {
    const bits = code.get(x!).op("i64.reinterpret_f64").take("i64");
    code.get(bits).i64(52n).op("i64.shr_u").i64(2047n).op("i64.and");
    const field = code.op("i32.wrap_i64").take("i32");
    code.get(field).i32(2047).op("i32.eq");
    code.when(() => code.f64(NaN).i64(0n).op("return"));
    code
      .get(bits)
      .i64(2n ** 52n - 1n)
      .op("i64.and")
      .i64(2n ** 52n)
      .op("i64.or");
    const mantissa = code.take("i64");

    // The window of digits that begins with the bit of this number.
    const first = code
      .get(field)
      .i32(1075 - 62)
      .op("i32.sub")
      .take("i32");
    const word = code.get(first).i32(6).op("i32.shr_u").take("i32");
    const offset = code.get(first).i32(63).op("i32.and").op("i64.extend_i32_u").take("i64");
    const words = [0, 1, 2, 3].map((n) =>
      code.get(word).i32(n).op("i32.add").call(digits).take("i64"),
    );
    const window = [0, 1, 2].map((n) => shifted(code, words[n]!, words[n + 1]!, offset));

    // The upper two words of the product, without what is beyond 2¹.
    const product = code.get(mantissa).get(window[1]!).op("i64.mul").take("i64");
    code.get(product).get(mantissa).get(window[2]!).call(high).op("i64.add");
    const lower = code.take("i64");
    code.get(mantissa).get(window[0]!).op("i64.mul");
    code.get(mantissa).get(window[1]!).call(high).op("i64.add");
    code.get(lower).get(product).op("i64.lt_u").op("i64.extend_i32_u").op("i64.add");
    const upper = code.take("i64");

    // Two bits of quarter turns, and a fraction, which is rounded to the nearest one.
    const two = code.i64(2n).take("i64");
    const fraction = shifted(code, upper, lower, two);
    const negative = code.get(fraction).i64(63n).op("i64.shr_s").take("i64");
    const positive = code.get(fraction).get(negative).op("i64.xor").take("i64");
    const rest = code.get(lower).get(two).op("i64.shl").get(negative).op("i64.xor").take("i64");
    const zeros = code.get(positive).op("i64.clz").take("i64");
    const digitsLeft = shifted(code, positive, rest, zeros);
    const side = code.get(bits).i64(63n).op("i64.shr_s").take("i64");

    pushAngle(code, digitsLeft, zeros);
    code.op("i64.reinterpret_f64");
    code.get(negative).get(side).op("i64.xor").i64(63n).op("i64.shl").op("i64.xor");
    code.op("f64.reinterpret_i64");
    code.get(upper).i64(62n).op("i64.shr_u").get(negative).op("i64.sub");
    code.get(side).op("i64.xor").get(side).op("i64.sub");
  });
}

/** The upper half of the product of two unsigned numbers. */
function highOf(code: Code, a: Local, b: Local): void {
  const low = (value: Local): Local => code.get(value).i64(0xffffffffn).op("i64.and").take("i64");
  const high = (value: Local): Local => code.get(value).i64(32n).op("i64.shr_u").take("i64");
  const [aLow, aHigh, bLow, bHigh] = [low(a), high(a), low(b), high(b)];
  const first = high(code.get(aLow).get(bLow).op("i64.mul").take("i64"));
  code.get(aHigh).get(bLow).op("i64.mul").get(first).op("i64.add");
  const second = code.take("i64");
  code.get(aLow).get(bHigh).op("i64.mul").get(low(second)).op("i64.add");
  const third = high(code.take("i64"));
  code.get(aHigh).get(bHigh).op("i64.mul").get(high(second)).op("i64.add");
  code.get(third).op("i64.add");
}

/** The upper word of two, shifted to the left by less than 64. */
function shifted(code: Code, upper: Local, lower: Local, by: Local): Local {
  code.get(upper).get(by).op("i64.shl");
  code.get(lower).i64(1n).op("i64.shr_u").i64(63n).get(by).op("i64.sub").op("i64.shr_u");
  return code.op("i64.or").take("i64");
}

/** Pushes ½π · digits · 2^(-64 - zeros); products with the first 30 digits are exact. */
function pushAngle(code: Code, digits: Local, zeros: Local): void {
  const large = code.get(digits).i64(34n).op("i64.shr_u").i64(34n).op("i64.shl");
  const top = large.op("f64.convert_i64_u").take("f64");
  code
    .get(digits)
    .i64(2n ** 34n - 1n)
    .op("i64.and")
    .op("f64.convert_i64_u");
  code.f64(halfPi[0]).op("f64.mul").get(top).f64(halfPi[1]).op("f64.mul").op("f64.add");
  code.get(top).f64(halfPi[0]).op("f64.mul").op("f64.add");
  code
    .i64(1023n - 64n)
    .get(zeros)
    .op("i64.sub")
    .i64(52n)
    .op("i64.shl");
  code.op("f64.reinterpret_i64").op("f64.mul");
}
