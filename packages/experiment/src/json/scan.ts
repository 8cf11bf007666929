import { quoted } from "../read/shown.ts";
import type { Path } from "./pointer.ts";

/** Why a text is no JSON, and where. */
export interface Fault {
  readonly offset: number;
  readonly message: string;
}

const deepest = 1000;
const literals = ["true", "false", "null"];
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
// Two patterns, since one for both, repeated, takes stack for every character.
// oxlint-disable-next-line no-control-regex
const plain = /[^"\\\u0000-\u001f]*/y;
const escape = /\\(?:["\\/bfnrt]|u[\da-fA-F]{4})/y;
const space = /[ \t\n\r]*/y;

/**
 * Goes through a text of JSON and tells where each value begins. Engines word their errors in different ways, and say
 * the place in some of them only.
 */
export function scanJson(
  text: string,
  visit: (path: Path, offset: number) => void = () => undefined,
): Fault | undefined {
  let at = text.startsWith("\uFEFF") ? 1 : 0;
  let fault: Fault | undefined;
  const path: (string | number)[] = [];

  const fail = (message: string, offset = at): false => {
    fault = { offset, message };
    return false;
  };
  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const [found] = pattern.exec(text) ?? [];
    if (found !== undefined) at += found.length;
    return found;
  };
  const got = (): string => {
    if (at >= text.length) return "the end of the text";
    if (/^\/[/*]/.test(text.slice(at, at + 2))) return "a comment, which JSON has none of";
    return quoted(String.fromCodePoint(text.codePointAt(at)!));
  };
  const take = (character: string): boolean => {
    match(space);
    if (text[at] !== character) return false;
    at++;
    return true;
  };

  const scanString = (what: string): string | undefined => {
    const start = at;
    if (text[at] !== '"') {
      fail(`expected ${what}, got ${got()}`);
      return undefined;
    }
    at++;
    do match(plain);
    while (match(escape) !== undefined);
    if (text[at] === '"') return JSON.parse(text.slice(start, ++at)) as string;
    fail("this text is not closed, or has a character in it that must be escaped", start);
    return undefined;
  };

  /** What stands between brackets, with commas between. */
  const scanItems = (close: string, scanItem: (i: number) => boolean): boolean => {
    at++;
    if (path.length >= deepest) return fail(`this is nested more than ${deepest} levels deep`);
    if (take(close)) return true;
    for (let i = 0; ; i++) {
      match(space);
      if (text[at] === close)
        return fail(`there is a comma before '${close}', and nothing behind it`);
      if (!scanItem(i)) return false;
      path.pop();
      if (take(close)) return true;
      if (!take(",")) return fail(`expected ',' or '${close}', got ${got()}`);
    }
  };

  const scanObject = (): boolean => {
    const names = new Set<string>();
    return scanItems("}", () => {
      const start = at;
      const name = scanString("a name in double quotes");
      if (name === undefined) return false;
      if (names.has(name)) return fail(`this object has the name ${quoted(name)} twice`, start);
      names.add(name);
      path.push(name);
      if (!take(":")) return fail(`expected ':' after the name ${quoted(name)}, got ${got()}`);
      return scanValue();
    });
  };

  const scanList = (): boolean =>
    scanItems("]", (i) => {
      path.push(i);
      return scanValue();
    });

  const scanValue = (): boolean => {
    match(space);
    visit(path, at);
    const start = text[at];
    if (start === "{") return scanObject();
    if (start === "[") return scanList();
    if (start === '"') return scanString("a text") !== undefined;
    const literal = literals.find((word) => text.startsWith(word, at));
    if (literal === undefined)
      return match(number) !== undefined || fail(`expected a value, got ${got()}`);
    at += literal.length;
    return true;
  };

  if (!scanValue()) return fault;
  match(space);
  if (at < text.length) fail(`expected the end of the text, got ${got()}`);
  return fault;
}
