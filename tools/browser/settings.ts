/** Where and how a backend is tested. */
export interface Setting {
  /** Whether the page is cross-origin isolated, without which nothing is shared between threads. */
  readonly isIsolated: boolean;
  /** What runs the tests: the main thread of the page, which may not sleep, or a worker that it starts. */
  readonly place: "page" | "worker";
  readonly numerics: "strict" | "relaxed";
  readonly threads: number;
}

export const settings: readonly Setting[] = [
  ...(["page", "worker"] as const).flatMap((place) =>
    (["strict", "relaxed"] as const).flatMap((numerics) =>
      [1, 2].map((threads) => ({ isIsolated: true, place, numerics, threads })),
    ),
  ),
  // These ask for two threads, and are given one.
  { isIsolated: false, place: "page", numerics: "strict", threads: 2 },
  { isIsolated: false, place: "worker", numerics: "strict", threads: 2 },
];

/** The message of errors that tests let happen in workers, and which Chromium tells besides. */
export const strayMessage = "out of the blue";

/** Such as `a worker of an isolated page, strict, 2 threads`. */
export function nameOf({ isIsolated, place, numerics, threads }: Setting): string {
  const page = isIsolated ? "an isolated page" : "a page that is not isolated";
  const where = place === "page" ? page : `a worker of ${page}`;
  return `${where}, ${numerics}, ${threads} ${threads === 1 ? "thread" : "threads"}`;
}
