import { describe, expect, it } from "vitest";
import { crc32c } from "../src/node/event-file.ts";
import { crc32cByTable } from "./event-reader.ts";

/** Check value of the Castagnoli polynomial, and the vectors of RFC 3720 (iSCSI), B.4, lowest byte first. */
const vectors: [string, Uint8Array, number][] = [
  ["nothing", new Uint8Array(0), 0],
  ["the digits 1 to 9", new TextEncoder().encode("123456789"), 0xe3069283],
  ["32 bytes of zeros", new Uint8Array(32), 0x8a9136aa],
  ["32 bytes of ones", new Uint8Array(32).fill(0xff), 0x62a8ab43],
  ["32 bytes that count up", Uint8Array.from({ length: 32 }, (_, i) => i), 0x46dd794e],
  ["32 bytes that count down", Uint8Array.from({ length: 32 }, (_, i) => 31 - i), 0x113fdb5c],
];

describe("crc32c", () => {
  it.each(vectors)("of %s is known", (_, data, expected) => {
    expect(crc32c(data)).toBe(expected);
    expect(crc32cByTable(data)).toBe(expected);
  });
});
