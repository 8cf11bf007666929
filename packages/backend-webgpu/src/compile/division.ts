/** Dispatches have at most so many workgroups in one direction. */
export const ROW = 65_535;

/** A kernel in parts of so many workgroups; the last one may have fewer. */
export interface Division {
  readonly workgroups: number;
  /** What each part takes. */
  readonly work: readonly number[];
}

/** Parts of a kernel, at most. */
const MOST = 1024;

/** Workgroups that do about the same work each. */
export interface Group {
  readonly workgroups: number;
  readonly work: number;
}

/** Divides a kernel that takes more than `long` into parts of about a tenth of that, where it has enough workgroups. */
export function divide(groups: readonly Group[], long: number): Division | undefined {
  const total = sumOf(groups.map(({ work }) => work));
  const all = sumOf(groups.map(({ workgroups }) => workgroups));
  if (total <= long || all === 1) return undefined;
  const parts = Math.min(MOST, all, Math.ceil((10 * total) / long));
  const workgroups = Math.min(ROW, Math.ceil(all / parts));
  const work = Array.from({ length: Math.ceil(all / workgroups) }, () => 0);
  let at = 0;
  for (const group of groups) {
    const end = at + group.workgroups;
    for (let part = Math.floor(at / workgroups); part * workgroups < end; part++) {
      const from = Math.max(at, part * workgroups);
      const to = Math.min(end, (part + 1) * workgroups);
      work[part]! += (group.work * (to - from)) / group.workgroups;
    }
    at = end;
  }
  return { workgroups, work };
}

/** Parts that are dispatched at once, from `first` on: as many as take no more than `most` together, and one at least. */
export function partsFrom(
  { workgroups, work }: Division,
  first: number,
  most: number,
): { end: number; work: number; workgroups: number } {
  let end = first + 1;
  let sum = work[first]!;
  const fits = (): boolean =>
    end < work.length && sum + work[end]! <= most && (end + 1 - first) * workgroups <= ROW;
  while (fits()) sum += work[end++]!;
  return { end, work: sum, workgroups: (end - first) * workgroups };
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}
