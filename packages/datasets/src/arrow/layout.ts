import { refuse } from "./flat-buffers.ts";
import { arrowType as types, type ArrowField } from "./schema.ts";

/** Rows as a message declares them. */
export interface ArrowBatch {
  readonly rows: number;
  readonly body: Uint8Array;
  /** Columns and their children, each before its own. */
  readonly nodes: readonly { readonly length: number; readonly nulls: number }[];
  readonly buffers: readonly { readonly start: number; readonly length: number }[];
  /** How many buffers of texts columns of views have, in turn. */
  readonly variadic: readonly number[];
  /** Compressed buffers are left to who can read them. */
  readonly isCompressed: boolean;
  /** Unions had one buffer more once. */
  readonly hasUnionNulls: boolean;
}

/** Texts of views may lie in the same place, which makes files smaller than what they hold, but not by that much. */
const mostSharing = 64;

/** Refuses rows whose values lie outside of their buffers. `sizes` are those of dictionaries. */
export function checkLayout(
  fields: readonly ArrowField[],
  batch: ArrowBatch,
  sizes: ReadonlyMap<number, number>,
): void {
  let node = 0;
  let buffer = 0;
  let views = 0;
  for (const field of fields) {
    if (batch.nodes[node]?.length !== batch.rows) refuse("columns of other lengths");
    visit(field);
  }

  function visit(field: ArrowField): void {
    const { length, nulls } = batch.nodes[node++] ?? refuse("more columns");
    const { type } = field;
    if (field.dictionary) {
      const isNull = nullsOf(length, nulls);
      const { id, width } = field.dictionary;
      checkIndices(take(length * width), length, width, sizes.get(id) ?? 0, isNull);
      return;
    }
    if (type === types.null) return;
    if (type === types.union) {
      if (batch.hasUnionNulls) take(0);
      take(length);
      if (field.isDense) take(4 * length);
    } else if (type !== types.runEndEncoded) nullsOf(length, nulls);
    if (type === types.bool) take(length / 8);
    else if (field.width > 0) take(length * field.width);
    else if (type === types.utf8 || type === types.binary) checkTexts(length, 4);
    else if (type === types.largeUtf8 || type === types.largeBinary) checkTexts(length, 8);
    else if (type === types.utf8View || type === types.binaryView) checkViews(length);
    else if (type === types.list || type === types.map) take(4 * length);
    else if (type === types.largeList) take(8 * length);
    else if (type === types.listView || type === types.largeListView) {
      const width = type === types.listView ? 4 : 8;
      take(width * length);
      take(width * length);
    }
    for (const child of field.children) visit(child);
  }

  /** The next buffer, of at least so many bytes. */
  function take(least: number): DataView {
    const { start, length } = batch.buffers[buffer++] ?? refuse("more buffers");
    const { body, isCompressed } = batch;
    if (!isCompressed && length < least) refuse("more values");
    return new DataView(body.buffer, body.byteOffset + start, isCompressed ? 0 : length);
  }

  function nullsOf(length: number, nulls: number): (row: number) => boolean {
    const bits = take(nulls > 0 ? length / 8 : 0);
    if (nulls === 0 || batch.isCompressed) return () => false;
    return (row) => ((bits.getUint8(row >> 3) >> (row & 7)) & 1) === 0;
  }

  function checkTexts(length: number, width: 4 | 8): void {
    const ends = take(length === 0 ? 0 : (length + 1) * width);
    const texts = take(0);
    if (batch.isCompressed || length === 0) return;
    let before = 0;
    for (let row = 0; row <= length; row++) {
      const end =
        width === 4 ? ends.getInt32(4 * row, true) : Number(ends.getBigInt64(8 * row, true));
      if (end < before || end > texts.byteLength) refuse("a text that is longer");
      before = end;
    }
  }

  function checkViews(length: number): void {
    const rows = take(16 * length);
    const count = batch.variadic[views++] ?? refuse("more views");
    const texts = Array.from({ length: count }, () => take(0));
    if (batch.isCompressed) return;
    let left = mostSharing * batch.body.length;
    for (let row = 0; row < length; row++) {
      const size = rows.getInt32(16 * row, true);
      if (size <= 12 && size >= 0) continue;
      const text = texts[rows.getInt32(16 * row + 8, true)];
      const start = rows.getInt32(16 * row + 12, true);
      left -= size;
      if (size < 0 || start < 0 || !text || start + size > text.byteLength || left < 0)
        refuse("a text that is longer");
    }
  }

  function checkIndices(
    indices: DataView,
    length: number,
    width: number,
    size: number,
    isNull: (row: number) => boolean,
  ): void {
    if (batch.isCompressed) return;
    for (let row = 0; row < length; row++) {
      const at = row * width;
      const index =
        width === 1
          ? indices.getUint8(at)
          : width === 2
            ? indices.getUint16(at, true)
            : indices.getUint32(at, true);
      if (index >= size && !isNull(row)) refuse("larger indices of a dictionary");
    }
  }
}
