/** How long a chunk should take, so that progress and cancellation stay lively. */
const targetMilliseconds = 10;
const factor = 4;
const longest = factor ** 7;

/**
 * Finds the number of steps in a chunk. It is always a power of a fixed factor, so that few programs are compiled. What
 * training computes does not depend on it.
 */
export class Pace {
  steps = 1;
  private readonly known = new Set<number>();

  /** Takes note of how long a chunk of full batches took. The first of each length compiles, and does not count. */
  measured(steps: number, milliseconds: number): void {
    if (!this.known.has(steps)) {
      this.known.add(steps);
      return;
    }
    const wanted = (targetMilliseconds * steps) / Math.max(milliseconds, 1e-3);
    const power = factor ** Math.floor(Math.log(wanted) / Math.log(factor));
    const fitting = Math.min(Math.max(power, 1), longest);
    if (fitting > this.steps || (steps === this.steps && wanted < this.steps / 2))
      this.steps = fitting;
  }
}
