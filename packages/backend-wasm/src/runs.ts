import type { Code, Local } from "./assembler/index.ts";

/** From so many bytes on, the engine's own copy is as fast as a loop, although it is a call. */
const longRun = 1024;
/** Up to so many bytes, a loop is not worth its while. */
const shortRun = 128;

type Width = 16 | 8 | 4 | 1;

/**
 * Goes through runs of bytes at some addresses, in the fewest pieces, each of which is at an offset. Without an
 * `element`, the last piece may begin inside the one before; with one, pieces do not overlap, and those at the end are
 * single elements.
 */
export function inPieces<A extends readonly Local[]>(
  code: Code,
  bytes: number,
  addresses: readonly [...A],
  piece: (offset: number, width: Width, ...addresses: A) => void,
  element?: number,
): void {
  const each = (offset: number, width: Width, at: readonly Local[] = addresses): void =>
    piece(offset, width, ...(at as A));
  const looped = bytes <= shortRun ? 0 : bytes - (bytes % 64);
  code.repeat(0, looped, 64, (at) => {
    const moved = addresses.map((address) => code.address(address, at, 1).take("i32"));
    for (let offset = 0; offset < 64; offset += 16) each(offset, 16, moved);
  });
  let offset = looped;
  for (; offset + 16 <= bytes; offset += 16) each(offset, 16);
  if (offset === bytes) return;
  if (element !== undefined)
    for (; offset < bytes; offset += element) each(offset, element as Width);
  else if (bytes >= 16) each(bytes - 16, 16);
  else {
    const width = ([8, 4, 1] as const).find((n) => n <= bytes)!;
    for (; offset + width <= bytes; offset += width) each(offset, width);
    if (offset < bytes) each(bytes - width, width);
  }
}

/** Copies so many bytes between addresses that do not overlap. */
export function copyRun(code: Code, target: Local, source: Local, bytes: number): void {
  if (bytes >= longRun) {
    code.get(target).get(source).i32(bytes).copy();
    return;
  }
  inPieces(code, bytes, [target, source], (offset, width, to, from) => {
    code.get(to).get(from);
    if (width === 16) code.at("v128.load", offset).at("v128.store", offset);
    else if (width === 8) code.at("v128.load64_zero", offset).at("v128.store64_lane", offset, 0);
    else if (width === 4) code.at("i32.load", offset).at("i32.store", offset);
    else code.at("i32.load8_u", offset).at("i32.store8", offset);
  });
}

/** Writes the same element over so many bytes; `pattern` holds it in all lanes. */
export function fillRun(code: Code, target: Local, bytes: number, pattern: Uint8Array): void {
  if (bytes === 0) return;
  if (bytes >= longRun && pattern.every((byte) => byte === pattern[0])) {
    code.get(target).i32(pattern[0]!).i32(bytes).fill();
    return;
  }
  const vector = code.v128(pattern).take("v128");
  inPieces(code, bytes, [target], (offset, width, to) => {
    code.get(to).get(vector);
    if (width === 16) code.at("v128.store", offset);
    else code.at(`v128.store${(8 * width) as 8 | 32 | 64}_lane`, offset, 0);
  });
}
