/**
 * Decisions read from a list of whole numbers. Any list makes sense, and reading on behind its end gives zeros, so that
 * a failing case can be shrunk by removing numbers and making them smaller. 0 always stands for the simplest decision.
 */
export class Choices {
  private readonly numbers: readonly number[];
  private at = 0;

  constructor(numbers: readonly number[]) {
    this.numbers = numbers;
  }

  /** A whole number from `low` to `high`, `low` being the simplest. */
  integer(low: number, high: number): number {
    const number = this.numbers[this.at++] ?? 0;
    return low + (number % (high - low + 1));
  }

  /** One of a list, the first being the simplest. */
  pick<T>(list: readonly T[]): T {
    return list[this.integer(0, list.length - 1)]!;
  }

  /** True once in `every` times. */
  once(every: number): boolean {
    return this.integer(1, every) === every;
  }

  /** Some of a list, in order. */
  some<T>(list: readonly T[]): T[] {
    const mask = this.integer(0, 2 ** list.length - 1);
    return list.filter((_, i) => (mask >> i) & 1);
  }

  /** A list in some order. */
  shuffle<T>(list: readonly T[]): T[] {
    const rest = [...list];
    return list.map(() => rest.splice(this.integer(0, rest.length - 1), 1)[0]!);
  }
}

/** Numbers from 0 up to 1 in an order that a seed fixes (mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A number that belongs to a text; for seeds. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
