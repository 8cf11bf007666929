/** What TensorBoard shows: figures by their names (tags), at a step. */
export interface ScalarEvent {
  /** Seconds since 1970. */
  readonly wallTime: number;
  readonly step: number;
  readonly values: { readonly [tag: string]: number };
}

/** The first record of every event file. */
export function versionRecord(wallTime: number): Uint8Array {
  const version = new TextEncoder().encode("brain.Event:2");
  return record([...double(1, wallTime), ...bytes(3, version)]);
}

/**
 * A record of figures: the protocol buffer `Event { double wall_time = 1; int64 step = 2; Summary summary = 5; }` with
 * `Summary { repeated Value value = 1; }` and `Value { string tag = 1; float simple_value = 2; }`.
 */
export function scalarRecord({ wallTime, step, values }: ScalarEvent): Uint8Array {
  const summary = Object.entries(values).flatMap(([tag, value]) =>
    bytes(1, [...bytes(1, new TextEncoder().encode(tag)), ...float(2, value)]),
  );
  return record([...double(1, wallTime), ...key(2, 0), ...varint(step), ...bytes(5, summary)]);
}

/**
 * How many bytes of an event file are whole records about steps up to this one, and the last step among them; undefined
 * where it is no event file.
 */
export function upTo(
  step: number,
  file: Uint8Array,
): { readonly length: number; readonly last: number } | undefined {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const part = (start: number, length: number): Uint8Array | undefined => {
    const data = file.subarray(start, start + length);
    const isWhole =
      start + length + 4 <= file.length && view.getUint32(start + length, true) === maskedCrc(data);
    return isWhole ? data : undefined;
  };
  let end = 0;
  let last = 0;
  while (part(end, 8)) {
    const size = Number(view.getBigUint64(end, true));
    const data = part(end + 12, size);
    const own = data ? stepOf(data) : Number.NaN;
    if (!(own <= step)) break;
    last = own;
    end += size + 16;
  }
  // Every record has 16 bytes more than it holds.
  return end > 0 || file.length <= 16 ? { length: end, last } : undefined;
}

/** The bytes of a record: length, checksum of that, data, checksum of that. */
function record(data: readonly number[]): Uint8Array {
  const result = new Uint8Array(data.length + 16);
  const view = new DataView(result.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, maskedCrc(result.subarray(0, 8)), true);
  result.set(data, 12);
  view.setUint32(12 + data.length, maskedCrc(result.subarray(12, 12 + data.length)), true);
  return result;
}

/** A checksum that may stand inside of data that has a checksum itself. */
function maskedCrc(data: Uint8Array): number {
  const crc = crc32c(data);
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

/** CRC-32C (Castagnoli): the reflected polynomial is 0x82f63b78. */
export function crc32c(data: Uint8Array): number {
  let crc = -1;
  for (const byte of data) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0x82f63b78 : 0);
  }
  return ~crc >>> 0;
}

/** The step of an event; 0 where it has none. */
function stepOf(data: Uint8Array): number {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  let at = 0;
  const next = (): number => {
    let value = 0;
    for (let scale = 1; at < data.length; scale *= 128) {
      const byte = data[at++]!;
      value += (byte & 127) * scale;
      if (byte < 128) break;
    }
    return value;
  };
  while (at < view.byteLength) {
    const field = next();
    if (field === 0x10) return next();
    const wire = field & 7;
    if (wire === 0) next();
    else if (wire === 1) at += 8;
    else if (wire === 5) at += 4;
    else at += next();
  }
  return 0;
}

function key(field: number, wire: number): number[] {
  return [(field << 3) | wire];
}

/** A whole number from 0 up to 2⁵³. */
function varint(value: number): number[] {
  const result: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) result.push((rest % 128) | 128);
  return [...result, rest];
}

function double(field: number, value: number): number[] {
  return [...key(field, 1), ...new Uint8Array(Float64Array.of(value).buffer)];
}

function float(field: number, value: number): number[] {
  return [...key(field, 5), ...new Uint8Array(Float32Array.of(value).buffer)];
}

function bytes(field: number, value: ArrayLike<number>): number[] {
  return [...key(field, 2), ...varint(value.length), ...Array.from(value)];
}
