import type { Code, Int, Local } from "../assembler/index.ts";

/** A position in one stream of a loop: an address (or an index) in a local, and bytes (or numbers) behind it. */
export interface Cursor {
  readonly base: Local;
  readonly offset: number;
}

/** Cursors moved on by so many steps, which costs nothing when it runs. */
export function moved(
  cursors: readonly Cursor[],
  strides: readonly number[],
  steps: number,
): Cursor[] {
  return cursors.map(({ base, offset }, i) => ({ base, offset: offset + strides[i]! * steps }));
}

/** A cursor at a position along several axes; what is known of the position becomes part of the offset. */
export function cursorAt(
  code: Code,
  base: Local,
  offset: number,
  position: readonly Int[],
  strides: readonly number[],
): Cursor {
  let from = base;
  let rest = offset;
  position.forEach((at, axis) => {
    if (typeof at === "number") rest += at * strides[axis]!;
  });
  // Addresses that go down must not fall below zero, so that they begin at the far end.
  if (position.some((at, axis) => typeof at !== "number" && strides[axis]! < 0)) {
    from = code.get(base).i32(rest).op("i32.add").take("i32");
    rest = 0;
  }
  position.forEach((at, axis) => {
    if (typeof at !== "number" && strides[axis] !== 0)
      from = code.address(from, at, strides[axis]!).take("i32");
  });
  return { base: from, offset: rest };
}

/** Cursors in locals of their own where they move, begun `from` steps ahead. */
function begun(
  code: Code,
  cursors: readonly Cursor[],
  strides: readonly number[],
  from: Int,
): Cursor[] {
  return cursors.map((cursor, i) => {
    const stride = strides[i]!;
    if (stride === 0) return cursor;
    code.address(cursor.base, from, stride);
    if (stride > 0) return { base: code.take("i32"), offset: cursor.offset };
    // Addresses that go down must not fall below zero, so that they begin at the far end.
    return { base: code.i32(cursor.offset).op("i32.add").take("i32"), offset: 0 };
  });
}

function advance(
  code: Code,
  cursors: readonly Cursor[],
  strides: readonly number[],
  steps: number,
): void {
  cursors.forEach(({ base }, i) => {
    if (strides[i] !== 0)
      code
        .get(base)
        .i32(strides[i]! * steps)
        .op("i32.add")
        .set(base);
  });
}

/** Runs `body` so many times, with cursors that move on by `strides` times `steps` each time. */
export function repeat(
  code: Code,
  times: number,
  cursors: readonly Cursor[],
  strides: readonly number[],
  steps: number,
  body: (cursors: readonly Cursor[]) => void,
): void {
  if (times === 1) body(cursors);
  if (times <= 1) return;
  const moving = begun(code, cursors, strides, 0);
  code.repeat(0, times, 1, () => {
    body(moving);
    advance(code, moving, strides, steps);
  });
}

/**
 * Runs `body` for the blocks `from` … `to - 1` of an axis that is cut into blocks of the given length, the last of which
 * may be shorter.
 */
export function forBlocks(
  code: Code,
  length: number,
  blockLength: number,
  from: Int,
  to: Int,
  cursors: readonly Cursor[],
  strides: readonly number[],
  body: (cursors: readonly Cursor[], length: number) => void,
): void {
  const full = Math.floor(length / blockLength);
  const rest = length - full * blockLength;
  if (full > 0) {
    const moving = begun(
      code,
      cursors,
      strides.map((stride) => stride * blockLength),
      from,
    );
    const end =
      typeof to === "number"
        ? Math.min(to, full)
        : rest === 0
          ? to
          : code.int(full).get(to).get(to).i32(full).op("i32.gt_s").op("select").take("i32");
    code.repeat(from, end, 1, () => {
      body(moving, blockLength);
      advance(code, moving, strides, blockLength);
    });
  }
  if (rest === 0) return;
  const last = (): void => body(moved(cursors, strides, full * blockLength), rest);
  if (typeof to !== "number") code.get(to).i32(full).op("i32.gt_s").when(last);
  else if (to > full) last();
}
