/** Takes in words of 32 bits, and gives a text that stands for all of them. */
export interface Hash {
  words(values: Int32Array): void;
  text(value: string): void;
  digest(): string;
}

/**
 * A hash of 128 bits after MurmurHash3 (Appleby, 2011). No two contents have the same by accident; by intent, such
 * contents can be made.
 */
export function hash(): Hash {
  const state = new Int32Array(4);
  let length = 0;
  const words = (values: Int32Array): void => {
    const whole = values.length - (values.length % 4);
    mixIn(state, values.subarray(0, whole));
    if (whole < values.length) {
      const last = new Int32Array(4);
      last.set(values.subarray(whole));
      mixIn(state, last);
    }
    length += values.length;
  };
  return {
    words,
    text(value) {
      const codes = new Int32Array(value.length + 1);
      codes[0] = value.length;
      for (let at = 0; at < value.length; at++) codes[at + 1] = value.charCodeAt(at);
      words(codes);
    },
    digest() {
      const last = Int32Array.from(state, (word) => word ^ length);
      const share = (): void => {
        last[0] = last.reduce((sum, word) => (sum + word) | 0, 0);
        for (let at = 1; at < 4; at++) last[at]! += last[0]!;
      };
      share();
      for (let at = 0; at < 4; at++) last[at] = finished(last[at]!);
      share();
      return Array.from(last, (word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
    },
  };
}

/** Mixes words into the state, four at a time. */
function mixIn(state: Int32Array, words: Int32Array): void {
  let [a, b, c, d] = state as unknown as [number, number, number, number];
  for (let at = 0; at < words.length; at += 4) {
    a ^= scrambled(words[at]!, 0x239b961b, 15, 0xab0e9789);
    a = (Math.imul(turned(a, 19) + b, 5) + 0x561ccd1b) | 0;
    b ^= scrambled(words[at + 1]!, 0xab0e9789, 16, 0x38b34ae5);
    b = (Math.imul(turned(b, 17) + c, 5) + 0x0bcaa747) | 0;
    c ^= scrambled(words[at + 2]!, 0x38b34ae5, 17, 0xa1e38b93);
    c = (Math.imul(turned(c, 15) + d, 5) + 0x96cd1c35) | 0;
    d ^= scrambled(words[at + 3]!, 0xa1e38b93, 18, 0x239b961b);
    d = (Math.imul(turned(d, 13) + a, 5) + 0x32ac3b17) | 0;
  }
  state.set([a, b, c, d]);
}

function scrambled(word: number, first: number, by: number, second: number): number {
  return Math.imul(turned(Math.imul(word, first), by), second);
}

function turned(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by));
}

function finished(word: number): number {
  const mixed = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  const again = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return again ^ (again >>> 16);
}
