import type { FlatBuffers } from "./flat-buffers.ts";

/** The types of Arrow whose columns take room in a way of their own, as Schema.fbs numbers them. */
export const arrowType = {
  null: 1,
  int: 2,
  float: 3,
  binary: 4,
  utf8: 5,
  bool: 6,
  decimal: 7,
  date: 8,
  time: 9,
  timestamp: 10,
  interval: 11,
  list: 12,
  struct: 13,
  union: 14,
  fixedSizeBinary: 15,
  fixedSizeList: 16,
  map: 17,
  duration: 18,
  largeBinary: 19,
  largeUtf8: 20,
  largeList: 21,
  runEndEncoded: 22,
  binaryView: 23,
  utf8View: 24,
  listView: 25,
  largeListView: 26,
} as const;

/** A column as the schema describes it. */
export interface ArrowField {
  readonly type: number;
  /** Bytes of a value, where all have as many. */
  readonly width: number;
  /** Unions: whether values have places of their own. */
  readonly isDense: boolean;
  readonly children: readonly ArrowField[];
  /** Where values are those of a dictionary: which one, and how many bytes an index has. */
  readonly dictionary: { readonly id: number; readonly width: number } | undefined;
}

/** The columns of a schema, at the place that refers to it. */
export function readSchema(flat: FlatBuffers, view: DataView, at: number): readonly ArrowField[] {
  const schema = flat.table(view, at);
  passPairs(flat, view, schema(8));
  return flat.list(view, schema(6), 4).map((place) => readField(flat, view, place));
}

/** Passes by pairs of texts. */
export function passPairs(flat: FlatBuffers, view: DataView, at: number): void {
  for (const place of flat.list(view, at, 4)) {
    const pair = flat.table(view, place);
    flat.text(view, pair(4));
    flat.text(view, pair(6));
  }
}

function readField(flat: FlatBuffers, view: DataView, at: number): ArrowField {
  const field = flat.table(view, at);
  flat.text(view, field(4));
  passPairs(flat, view, field(16));
  const type = flat.int(view, field(8), 8, 0);
  const details = field(10) === 0 ? () => 0 : flat.table(view, field(10));
  if (type === arrowType.timestamp) flat.text(view, details(6));
  if (type === arrowType.union) flat.list(view, details(6), 4);
  const encoded = field(12) === 0 ? undefined : flat.table(view, field(12));
  const index = encoded && encoded(6) !== 0 ? flat.table(view, encoded(6)) : () => 0;
  return {
    type,
    width: widthOf(flat, view, type, details),
    isDense: type === arrowType.union && flat.int(view, details(4), 16, 0) === 1,
    children: flat.list(view, field(14), 4).map((place) => readField(flat, view, place)),
    dictionary: encoded && {
      id: flat.length(view, encoded(4)),
      width: flat.int(view, index(4), 32, 32) / 8,
    },
  };
}

function widthOf(
  flat: FlatBuffers,
  view: DataView,
  type: number,
  details: (slot: number) => number,
): number {
  switch (type) {
    case arrowType.int:
      return flat.int(view, details(4), 32, 0) / 8;
    case arrowType.float:
      return 2 << flat.int(view, details(4), 16, 0);
    case arrowType.decimal:
      return flat.int(view, details(8), 32, 128) / 8;
    case arrowType.date:
      return flat.int(view, details(4), 16, 1) === 0 ? 4 : 8;
    case arrowType.time:
      return flat.int(view, details(4), 16, 1) < 2 ? 4 : 8;
    case arrowType.timestamp:
    case arrowType.duration:
      return 8;
    case arrowType.interval:
      return 4 << flat.int(view, details(4), 16, 0);
    case arrowType.fixedSizeBinary:
      return flat.int(view, details(4), 32, 0);
    default:
      return 0;
  }
}
