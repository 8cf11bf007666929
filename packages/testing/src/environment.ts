declare const process:
  | { readonly env: { readonly [name: string]: string | undefined } }
  | undefined;

/** Where generated cases come from: the seed, and how many times as many cases as usual. */
export interface Sampling {
  readonly seed: number;
  readonly factor: number;
}

/** The seed that a kit uses where none is given. */
const DEFAULT_SEED = 20_260_101;

/**
 * The sampling that the environment asks for: `NN_SEED` is the seed of generated cases, `NN_RUNS` multiplies their
 * number (`NN_RUNS=10` for ten times as many, `NN_RUNS=0.1` for a quick look).
 */
export function sampling(): Sampling {
  return {
    seed: variable("NN_SEED", DEFAULT_SEED),
    factor: variable("NN_RUNS", 1),
  };
}

function variable(name: string, otherwise: number): number {
  const text = typeof process === "undefined" ? undefined : process.env[name];
  if (text === undefined || text === "") return otherwise;
  const value = Number(text);
  if (!Number.isFinite(value) || value < 0)
    throw new Error(`${name} should be a number from 0 on, got '${text}'`);
  return value;
}

/** Bytes that the process holds, where the platform tells. */
export function residentBytes(): number | undefined {
  if (typeof process === "undefined" || !("memoryUsage" in process)) return undefined;
  return (process.memoryUsage as () => { rss: number })().rss;
}
