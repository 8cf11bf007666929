import { type FlatBuffers, flatBuffers, refuse } from "./flat-buffers.ts";
import { type ArrowBatch, checkLayout } from "./layout.ts";
import { type ArrowField, passPairs, readSchema } from "./schema.ts";

/** Numbers that Message.fbs and Schema.fbs give. */
const schemaMessage = 1;
const dictionaryMessage = 2;
const batchMessage = 3;
const fourthVersion = 3;
const fifthVersion = 4;

/** Every block of a dictionary is compared with every block of rows. */
const mostComparisons = 1e8;
/** Compressed, a row may take less than a bit. */
const mostCompression = 1024;

/**
 * Refuses Arrow's IPC format, for files or for streams, where it declares more than there is: decoders believe what it
 * says, and make room for it or read something else
 * (https://arrow.apache.org/docs/format/Columnar.html#serialization-and-interprocess-communication-ipc).
 */
export function checkBounds(bytes: Uint8Array): void {
  const file = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // Some of it is shared, and a file has its schema twice.
  const flat = flatBuffers(8 * bytes.byteLength);
  const state: State = {
    bytes,
    file,
    flat,
    fields: undefined,
    types: new Map(),
    sizes: new Map(),
    rows: 0,
  };
  const isFile = new TextDecoder("latin1").decode(bytes.subarray(0, 6)) === "ARROW1";
  if (isFile) checkFile(state);
  else for (let at: number | undefined = 0; at !== undefined;) at = checkMessage(state, at);
}

interface State {
  readonly bytes: Uint8Array;
  readonly file: DataView;
  readonly flat: FlatBuffers;
  fields: readonly ArrowField[] | undefined;
  /** What dictionaries hold, and how many values they have. */
  readonly types: Map<number, ArrowField>;
  readonly sizes: Map<number, number>;
  rows: number;
}

function checkFile(state: State): void {
  const { file, flat } = state;
  const end = file.byteLength - 10;
  const footer = flat.table(file, end - file.getInt32(end, true));
  takeSchema(state, file, footer(6));
  passPairs(flat, file, footer(12));
  const dictionaries = flat.list(file, footer(8), 24);
  const batches = flat.list(file, footer(10), 24);
  if (dictionaries.length * batches.length > mostComparisons) refuse("more blocks");
  for (const block of [...dictionaries, ...batches]) checkMessage(state, flat.length(file, block));
}

/** Gives where the next message begins, if there is one. */
function checkMessage(state: State, start: number): number | undefined {
  const { bytes, file, flat } = state;
  if (start + 4 > file.byteLength) return undefined;
  let at = start + 4;
  let length = file.getInt32(start, true);
  // Since version 0.15, a mark comes first.
  if (length === -1) {
    length = file.getInt32(at, true);
    at += 4;
  }
  if (length === 0) return undefined;
  if (length < 0 || at + length > file.byteLength) refuse("a message that is longer");
  const head = new DataView(bytes.buffer, bytes.byteOffset + at, length);
  const message = flat.table(head, 0);
  const type = flat.int(head, message(6), 8, 0);
  const next = at + length + flat.length(head, message(10));
  if (next > file.byteLength) refuse("a message that is longer");
  const body = bytes.subarray(at + length, next);
  const version = flat.int(head, message(4), 16, 0);
  if (type === schemaMessage && !state.fields) takeSchema(state, head, message(8));
  if (type === batchMessage) {
    const batch = readBatch(state, head, message(8), body, version);
    passRows(state, batch);
    checkLayout(state.fields ?? [], batch, state.sizes);
  }
  if (type === dictionaryMessage) {
    const dictionary = flat.table(head, message(8));
    const id = flat.length(head, dictionary(4));
    const batch = readBatch(state, head, dictionary(6), body, version);
    passRows(state, batch);
    const values = state.types.get(id);
    checkLayout(values ? [values] : [], batch, state.sizes);
    const isMore = flat.int(head, dictionary(8), 8, 0) !== 0;
    state.sizes.set(id, batch.rows + (isMore ? (state.sizes.get(id) ?? 0) : 0));
  }
  return next;
}

/** Blocks may be one and the same, so all rows together have to fit: the smallest values take a bit. */
function passRows(state: State, { rows, isCompressed }: ArrowBatch): void {
  state.rows += isCompressed ? rows / mostCompression : rows;
  if (state.rows > 8 * state.bytes.byteLength) refuse("more rows");
}

function takeSchema(state: State, view: DataView, at: number): void {
  state.fields = readSchema(state.flat, view, at);
  const find = (field: ArrowField): void => {
    for (const child of field.children) find(child);
    if (!field.dictionary) return;
    if (field.children.length > 0) throw new TypeError("it has a dictionary of nested values");
    state.types.set(field.dictionary.id, { ...field, dictionary: undefined });
  };
  for (const field of state.fields) find(field);
}

function readBatch(
  { flat }: State,
  view: DataView,
  at: number,
  body: Uint8Array,
  version: number,
): ArrowBatch {
  const table = flat.table(view, at);
  const nodes = flat.list(view, table(6), 16).map((node) => ({
    length: flat.length(view, node),
    nulls: flat.length(view, node + 8),
  }));
  const skipped = version < fourthVersion ? 8 : 0;
  const buffers = flat.list(view, table(8), 16 + skipped).map((place) => {
    const start = flat.length(view, place + skipped);
    const length = flat.length(view, place + skipped + 8);
    if (start + length > body.length) refuse("a buffer that is longer");
    return { start, length };
  });
  const variadic = flat.list(view, table(12), 8).map((place) => flat.length(view, place));
  if (variadic.some((count) => count > buffers.length)) refuse("more buffers");
  const isCompressed = table(10) !== 0;
  const hasUnionNulls = version < fifthVersion;
  const rows = flat.length(view, table(4));
  return { rows, body, nodes, buffers, variadic, isCompressed, hasUnionNulls };
}
