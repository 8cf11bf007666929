/** Bytes that grow. */
export class Bytes {
  private data = new Uint8Array(256);
  length = 0;

  byte(value: number): void {
    this.reserve(1);
    this.data[this.length++] = value;
  }

  /** An unsigned LEB128 number below 2³². */
  unsigned(value: number): void {
    this.reserve(5);
    let rest = value >>> 0;
    while (rest >= 0x80) {
      this.data[this.length++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.data[this.length++] = rest;
  }

  /** A signed LEB128 number of 32 bits. */
  signed(value: number): void {
    this.reserve(5);
    let rest = value | 0;
    while (rest < -64 || rest > 63) {
      this.data[this.length++] = (rest & 0x7f) | 0x80;
      rest >>= 7;
    }
    this.data[this.length++] = rest & 0x7f;
  }

  /** A signed LEB128 number of 64 bits. */
  signed64(value: bigint): void {
    this.reserve(10);
    let rest = value;
    while (rest < -64n || rest > 63n) {
      this.data[this.length++] = Number(rest & 0x7fn) | 0x80;
      rest >>= 7n;
    }
    this.data[this.length++] = Number(rest & 0x7fn);
  }

  append(bytes: Uint8Array | readonly number[]): void {
    this.reserve(bytes.length);
    this.data.set(bytes, this.length);
    this.length += bytes.length;
  }

  /** A list of bytes behind their number. */
  block(bytes: Uint8Array): void {
    this.unsigned(bytes.length);
    this.append(bytes);
  }

  text(value: string): void {
    this.block(new TextEncoder().encode(value));
  }

  finish(): Uint8Array<ArrayBuffer> {
    return this.data.slice(0, this.length);
  }

  private reserve(count: number): void {
    if (this.length + count <= this.data.length) return;
    const larger = new Uint8Array(Math.max(2 * this.data.length, this.length + count));
    larger.set(this.data.subarray(0, this.length));
    this.data = larger;
  }
}
