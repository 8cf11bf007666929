/** An event, as a reader of the format's description finds it. */
export interface ReadEvent {
  readonly wallTime: number;
  readonly step: number;
  readonly fileVersion?: string;
  readonly values: { readonly [tag: string]: number };
}

/**
 * Reads an event file of TensorBoard: records of length (u64), checksum of that, data, checksum of that, all with the
 * lowest byte first. It is written from the description of the format and shares nothing with what writes them.
 */
export function eventsIn(file: Uint8Array): ReadEvent[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const events: ReadEvent[] = [];
  for (let at = 0; at < file.length;) {
    const length = Number(view.getBigUint64(at, true));
    expectSame(view.getUint32(at + 8, true), masked(file.slice(at, at + 8)));
    const data = file.slice(at + 12, at + 12 + length);
    expectSame(view.getUint32(at + 12 + length, true), masked(data));
    events.push(eventOf(data));
    at += 16 + length;
  }
  return events;
}

function expectSame(found: number, expected: number): void {
  if (found !== expected) throw new Error(`checksum ${found} instead of ${expected}`);
}

function eventOf(data: Uint8Array): ReadEvent {
  let event: ReadEvent = { wallTime: Number.NaN, step: 0, values: {} };
  for (const [field, value] of fieldsOf(data)) {
    if (field === 1)
      event = { ...event, wallTime: viewOf(value as Uint8Array).getFloat64(0, true) };
    else if (field === 2) event = { ...event, step: Number(value) };
    else if (field === 3) event = { ...event, fileVersion: textOf(value as Uint8Array) };
    else if (field === 5) event = { ...event, values: valuesOf(value as Uint8Array) };
    else throw new Error(`field ${field} is not expected`);
  }
  return event;
}

function valuesOf(summary: Uint8Array): Record<string, number> {
  const values: Record<string, number> = {};
  for (const [, value] of fieldsOf(summary)) {
    const parts = new Map(fieldsOf(value as Uint8Array));
    const number = viewOf(parts.get(2) as Uint8Array).getFloat32(0, true);
    values[textOf(parts.get(1) as Uint8Array)] = number;
  }
  return values;
}

/** The fields of a protocol buffer, by their numbers. */
function fieldsOf(data: Uint8Array): [number, bigint | Uint8Array][] {
  const fields: [number, bigint | Uint8Array][] = [];
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = BigInt(data[at++]!);
      value |= (byte & 0x7fn) << shift;
      if (byte < 0x80n) return value;
    }
  };
  const take = (length: number): Uint8Array => data.slice(at, (at += length));
  while (at < data.length) {
    const key = Number(varint());
    const wire = key & 7;
    const value = wire === 0 ? varint() : take(wire === 1 ? 8 : wire === 5 ? 4 : Number(varint()));
    fields.push([key >> 3, value]);
  }
  return fields;
}

function viewOf(data: Uint8Array): DataView {
  return new DataView(data.buffer, data.byteOffset, data.byteLength);
}

function textOf(data: Uint8Array): string {
  return new TextDecoder().decode(data);
}

function masked(data: Uint8Array): number {
  const crc = BigInt(crc32cByTable(data));
  return Number((((crc >> 15n) | (crc << 17n)) + 0xa282ead8n) & 0xffffffffn);
}

/** CRC-32C with a table, where the writer goes bit by bit. */
export function crc32cByTable(data: Uint8Array): number {
  const table = Array.from({ length: 256 }, (_, i) => {
    let value = i;
    for (let bit = 0; bit < 8; bit++)
      value = (value & 1) === 1 ? (value >>> 1) ^ 0x82f63b78 : value >>> 1;
    return value >>> 0;
  });
  let crc = 0xffffffff;
  for (const byte of data) crc = (table[(crc ^ byte) & 0xff]! ^ (crc >>> 8)) >>> 0;
  return (crc ^ 0xffffffff) >>> 0;
}
