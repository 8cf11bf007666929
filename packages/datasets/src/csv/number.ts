import { asciiText } from "./text.ts";

/** Reads numbers from bytes; what it says of one holds until the next. */
export interface NumberParser {
  /** The nearest double, or NaN where the text is no number. */
  parse(bytes: Uint8Array, start: number, end: number): number;
  /** Whether `String` of the number is the text, character for character. */
  isCanonical: boolean;
  /** Whether this rather is a name made of digits: zeros in front, or a whole number that no double holds. */
  isCode: boolean;
}

const powers = Array.from({ length: 23 }, (_, exponent) => 10 ** exponent);

/**
 * A parser of numbers such as `-12`, `3.5`, `.5`, `1.225e+006` and `inf`, spaces around them allowed. Few digits and small
 * powers of ten are exact as doubles, so that one multiplication or division rounds correctly (Clinger, How to Read
 * Floating Point Numbers Accurately, 1990); the engine reads the others.
 */
export function numberParser(point: number): NumberParser {
  const textOf = sharedText();
  const parser: NumberParser = { parse, isCanonical: false, isCode: false };
  return parser;

  function parse(bytes: Uint8Array, from: number, to: number): number {
    let start = from;
    let end = to;
    while (start < end && isBlank(bytes[start]!)) start++;
    while (end > start && isBlank(bytes[end - 1]!)) end--;
    parser.isCanonical = parser.isCode = false;
    let at = start;
    const sign = at < end ? bytes[at] : 0;
    const isNegative = sign === 45;
    if (isNegative || sign === 43) at++;
    const first = at;
    let mantissa = 0;
    let digits = 0;
    for (; at < end; at++) {
      const digit = bytes[at]! - 48;
      if (digit >>> 0 > 9) break;
      mantissa = mantissa * 10 + digit;
      if (mantissa > 0) digits++;
    }
    const whole = at - first;
    let fraction = 0;
    const hasPoint = at < end && bytes[at] === point;
    if (hasPoint) {
      const after = ++at;
      for (; at < end; at++) {
        const digit = bytes[at]! - 48;
        if (digit >>> 0 > 9) break;
        mantissa = mantissa * 10 + digit;
        if (mantissa > 0) digits++;
      }
      fraction = at - after;
    }
    if (whole + fraction === 0) return hasPoint ? NaN : infinity(bytes, first, end, isNegative);
    let exponent = -fraction;
    const hasExponent = at < end && (bytes[at]! | 32) === 101;
    if (hasExponent) {
      at++;
      const isSmall = at < end && bytes[at] === 45;
      if (isSmall || (at < end && bytes[at] === 43)) at++;
      const after = at;
      let value = 0;
      for (; at < end; at++) {
        const digit = bytes[at]! - 48;
        if (digit >>> 0 > 9) break;
        value = Math.min(value * 10 + digit, 1e6);
      }
      if (at === after) return NaN;
      exponent += isSmall ? -value : value;
    }
    if (at !== end) return NaN;
    let value: number;
    if (digits <= 15 && exponent >= -22 && exponent <= 22)
      value = exponent < 0 ? mantissa / powers[-exponent]! : mantissa * powers[exponent]!;
    else {
      value = Math.abs(Number(textOf(bytes, start, end).replace(",", ".")));
      // What is too large for a double would become infinity, silently.
      if (value === Infinity) return NaN;
    }
    const hasZeros = whole > 1 && bytes[first] === 48;
    parser.isCode = hasZeros || (!hasPoint && !hasExponent && value > Number.MAX_SAFE_INTEGER);
    parser.isCanonical =
      digits <= 15 &&
      whole > 0 &&
      !hasZeros &&
      !hasExponent &&
      sign !== 43 &&
      end - start === to - from &&
      (!hasPoint || (point === 46 && fraction > 0 && bytes[end - 1] !== 48)) &&
      (value === 0 ? !isNegative : value >= 1e-6);
    return isNegative ? -value : value;
  }
}

function isBlank(byte: number): boolean {
  return byte === 32 || byte === 9;
}

function infinity(bytes: Uint8Array, start: number, end: number, isNegative: boolean): number {
  if (end - start !== 3 && end - start !== 8) return NaN;
  if (!/^inf(inity)?$/i.test(asciiText(bytes, start, end))) return NaN;
  return isNegative ? -Infinity : Infinity;
}

/**
 * Cuts texts of ASCII out of bytes that are decoded all at once, which is several times as fast as one by one. The texts
 * must not be kept: they hold on to all others.
 */
function sharedText(): (bytes: Uint8Array, start: number, end: number) => string {
  const decoder = new TextDecoder("latin1");
  let known: Uint8Array | undefined;
  let text = "";
  return (bytes, start, end) => {
    if (bytes !== known) {
      text = decoder.decode(bytes);
      known = bytes;
    }
    return text.slice(start, end);
  };
}
