import { createScanner } from "./scanner.ts";

const candidates = [",", ";", "\t", "|"].map((sign) => sign.charCodeAt(0));
const mostLines = 50;

/**
 * The delimiter of a file that begins with these bytes: the one that divides its first lines into the same number of
 * cells, the larger the better; where none does, the one that occurs most often in the first line.
 */
export function detectDelimiter(
  bytes: Uint8Array,
  isWhole: boolean,
  quote: number,
  point: number,
): number {
  let best = { delimiter: candidates[0]!, even: 0, first: 1 };
  for (const delimiter of candidates) {
    if (delimiter === point || delimiter === quote) continue;
    const counts = countCells(bytes, isWhole, delimiter, quote);
    const first = counts[0] ?? 1;
    const even = first > 1 && counts.every((count) => count === first) ? first : 0;
    if (even > best.even || (even === best.even && first > best.first))
      best = { delimiter, even, first };
  }
  return best.delimiter;
}

function countCells(
  bytes: Uint8Array,
  isWhole: boolean,
  delimiter: number,
  quote: number,
): number[] {
  const scanner = createScanner(delimiter, quote);
  const counts: number[] = [];
  let at = 0;
  while (at < bytes.length && counts.length < mostLines) {
    const next = scanner.next(bytes, at, bytes.length, isWhole);
    if (next < 0) break;
    const isBlank = scanner.count === 1 && scanner.starts[0] === scanner.ends[0];
    if (!isBlank) counts.push(scanner.count);
    at = next;
  }
  return counts;
}

/** What a file is that begins with these bytes, and the way out, unless it may be text of UTF-8. */
export function detectOther(bytes: Uint8Array): string | undefined {
  const begins = (...signature: number[]): boolean =>
    signature.every((byte, i) => bytes[i] === byte);
  if (begins(0xff, 0xfe)) return 'it is UTF-16; read it with encoding: "utf-16le"';
  if (begins(0xfe, 0xff)) return 'it is UTF-16; read it with encoding: "utf-16be"';
  if (begins(0x1f, 0x8b))
    return 'it is compressed; pipe it through new DecompressionStream("gzip") first';
  if (begins(0x50, 0x4b, 3, 4)) return "it is a ZIP archive or a spreadsheet; save it as CSV";
  const sample = bytes.subarray(0, 4096);
  const zerosFrom = (first: number): number =>
    sample.reduce((count, byte, i) => count + Number(byte === 0 && i % 2 === first), 0);
  const [even, odd] = [zerosFrom(0), zerosFrom(1)];
  const zeros = even + odd;
  if (zeros > 0 && begins(0x50, 0x41, 0x52, 0x31)) return "it is a Parquet file; use readParquet";
  if (zeros > 0 && begins(0x41, 0x52, 0x52, 0x4f, 0x57, 0x31))
    return "it is an Arrow file; use readArrow";
  if (zeros * 4 > sample.length)
    return `it has many bytes of zero; if it is text of UTF-16, read it with encoding: "utf-16${even > odd ? "be" : "le"}"`;
  return undefined;
}
