import { TensorError } from "@nn/core";
import { isUnicode } from "./names.ts";

/** Reads the pieces of a JSON text one after the other. */
export interface Scanner {
  /** Whether this sign comes next, which is taken if so. */
  takes(sign: string): boolean;
  /** Takes a sign that has to come now. */
  expect(sign: string): void;
  string(): string;
  /** A whole number from 0 that needs no rounding. */
  count(): number;
  /** Items between brackets, with commas between them; `item` reads one. */
  list(open: string, close: string, item: () => void): void;
  /** Nothing but white space may come. */
  end(): void;
  fail(expected: string): never;
}

/**
 * Reads what headers are made of, and nothing else: no fractions, signs, literals or values of a depth that nobody asked
 * for. `JSON.parse` would hide keys that occur twice, and build whatever a file says.
 */
export function scan(text: string): Scanner {
  let at = 0;
  return { takes, expect, string, count, list, end, fail };

  function skip(): void {
    while (" \n\r\t".includes(text[at] ?? "end")) at++;
  }

  function takes(sign: string): boolean {
    skip();
    if (text[at] !== sign) return false;
    at++;
    return true;
  }

  function expect(sign: string): void {
    if (!takes(sign)) fail(`'${sign}'`);
  }

  function string(): string {
    expect('"');
    const start = at - 1;
    for (; text[at] !== '"'; at++) {
      if (text[at] === "\\") at++;
      if (at >= text.length) fail("the end of a string");
    }
    at++;
    try {
      const value = JSON.parse(text.slice(start, at)) as string;
      if (isUnicode(value)) return value;
    } catch {
      // Said below.
    }
    at = start;
    return fail("a string of Unicode");
  }

  function count(): number {
    skip();
    const start = at;
    while (text[at]! >= "0" && text[at]! <= "9") at++;
    const digits = text.slice(start, at);
    const value = Number(digits);
    // Zeros at the front are no JSON; neither is a fraction or an exponent a comma, which comes next.
    if (String(value) === digits && Number.isSafeInteger(value)) return value;
    at = start;
    return fail("a whole number from 0 below 2 ** 53");
  }

  function list(open: string, close: string, item: () => void): void {
    expect(open);
    if (takes(close)) return;
    do item();
    while (takes(","));
    expect(close);
  }

  function end(): void {
    skip();
    if (at < text.length) fail("nothing more");
  }

  function fail(expected: string): never {
    const got = at < text.length ? JSON.stringify(text.slice(at, at + 20)) : "its end";
    throw new TensorError(
      `safetensors: expected ${expected} at character ${at} of the header, got ${got}`,
    );
  }
}
