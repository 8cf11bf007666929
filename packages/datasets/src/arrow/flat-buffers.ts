/** What is read of FlatBuffers: tables, lists and texts, none of which may lie outside of the bytes. */
export interface FlatBuffers {
  /** The fields of the table that is referred to from a place: where that of a slot is, 0 where it is left out. */
  table(view: DataView, at: number): (slot: number) => number;
  /** Where the entries of a list are, of a size each; none where `at` is 0. */
  list(view: DataView, at: number, size: number): readonly number[];
  /** Passes a text by. */
  text(view: DataView, at: number): void;
  /** A length of 64 bits; 0 where `at` is. */
  length(view: DataView, at: number): number;
  /** A number of 32, 16 or 8 bits, or else the default. */
  int(view: DataView, at: number, bits: 32 | 16 | 8, otherwise: number): number;
}

/**
 * Reads FlatBuffers (https://flatbuffers.dev/internals). Lists say how long they are before what they hold; who believes
 * them makes room for two billion entries of a file of a hundred bytes. Many places may refer to one list, too, so all that
 * is read together may have no more than `most` bytes.
 */
export function flatBuffers(most: number): FlatBuffers {
  let left = most;
  // What is read outside of a view throws by itself.
  const part = (view: DataView, at: number, size: number): [number, number] => {
    const start = at + view.getInt32(at, true);
    const length = view.getInt32(start, true);
    if (length < 0 || start + 4 + length * size > view.byteLength) refuse("a list that is longer");
    left -= length * size + 1;
    if (left < 0) refuse("more lists");
    return [start + 4, length];
  };
  return {
    table(view, at) {
      const start = at + view.getInt32(at, true);
      const slots = start - view.getInt32(start, true);
      const size = view.getInt16(slots, true);
      return (slot) => {
        const offset = slot < size ? view.getInt16(slots + slot, true) : 0;
        return offset === 0 ? 0 : start + offset;
      };
    },
    list(view, at, size) {
      if (at === 0) return [];
      const [start, length] = part(view, at, size);
      return Array.from({ length }, (_, i) => start + i * size);
    },
    text(view, at) {
      if (at !== 0) part(view, at, 1);
    },
    length(view, at) {
      const value = at === 0 ? 0 : Number(view.getBigInt64(at, true));
      if (value < 0 || !Number.isSafeInteger(value)) refuse("a length that is larger");
      return value;
    },
    int(view, at, bits, otherwise) {
      if (at === 0) return otherwise;
      return bits === 32
        ? view.getInt32(at, true)
        : bits === 16
          ? view.getInt16(at, true)
          : view.getUint8(at);
    },
  };
}

/** Says what there is more of than there can be. */
export function refuse(what: string): never {
  throw new RangeError(`it declares ${what} than it holds`);
}
