/** Reads strings from bytes of UTF-8; undefined where they are none. */
export type TextReader = (bytes: Uint8Array, start: number, end: number) => string | undefined;

const slots = 1024;
/** Longer strings seldom repeat. */
const longestKept = 32;

/**
 * A reader of strings that keeps some of the last ones: columns often repeat few values, which are then made once and
 * take memory once.
 */
export function textReader(decoder: TextDecoder): TextReader {
  const kept: (string | undefined)[] = [];
  return (bytes, start, end) => {
    if (end === start) return "";
    let hash = 0;
    let all = 0;
    for (let at = start; at < end; at++) {
      const byte = bytes[at]!;
      hash = (Math.imul(hash, 31) + byte) | 0;
      all |= byte;
    }
    if (all > 127) {
      try {
        return decoder.decode(bytes.subarray(start, end));
      } catch {
        return undefined;
      }
    }
    if (end - start > longestKept) return asciiText(bytes, start, end);
    const slot = (hash ^ (hash >>> 10)) & (slots - 1);
    const known = kept[slot];
    if (known !== undefined && isSame(known, bytes, start, end)) return known;
    return (kept[slot] = asciiText(bytes, start, end));
  };
}

function isSame(text: string, bytes: Uint8Array, start: number, end: number): boolean {
  if (text.length !== end - start) return false;
  for (let at = start; at < end; at++) if (text.charCodeAt(at - start) !== bytes[at]) return false;
  return true;
}

/** What a reader decodes with; one is enough for a file. */
export function utf8Decoder(): TextDecoder {
  return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
}

/** The text of some bytes that are ASCII. */
export function asciiText(bytes: Uint8Array, start: number, end: number): string {
  let text = "";
  for (let from = start; from < end; from += 4096) {
    const codes: number[] = [];
    for (let at = from; at < end && at < from + 4096; at++) codes.push(bytes[at]!);
    text += String.fromCharCode(...codes);
  }
  return text;
}
