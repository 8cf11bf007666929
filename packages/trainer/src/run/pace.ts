/** How long a chunk should take, so that progress and cancellation stay lively. */
const targetMilliseconds = 10;
const factor = 4;
const longest = factor ** 7;

/** Finds the number of steps in a chunk. */
export interface Pace {
  /** How many steps the next chunk may have. */
  steps(): number;
  /** Takes note of how long a chunk of full batches took. */
  measured(steps: number, milliseconds: number): void;
}

/**
 * A pace of chunks that take about 10 ms. Their length is always a power of a fixed factor, so that few programs are
 * compiled; what training computes does not depend on it.
 */
export function newPace(): Pace {
  const known = new Set<number>();
  let length = 1;
  return {
    steps: () => length,
    measured(steps, milliseconds) {
      // The first chunk of each length compiles, and says nothing.
      if (known.size < known.add(steps).size) return;
      const wanted = (targetMilliseconds * steps) / Math.max(milliseconds, 1e-3);
      const power = factor ** Math.floor(Math.log(wanted) / Math.log(factor));
      const fitting = Math.min(Math.max(power, 1), longest);
      if (fitting > length || (steps === length && wanted < length / 2)) length = fitting;
    },
  };
}
