/** The name among these that a misspelt one may stand for: the one that takes the fewest changes, if they are few. */
export function nearest(name: string, names: Iterable<string>): string | undefined {
  if (name.length > 100) return undefined;
  let best: string | undefined;
  let least = Math.max(2, Math.floor(name.length / 2));
  for (const other of names) {
    const changes = distance(name.toLowerCase(), other.toLowerCase());
    if (changes > least || (changes === least && best !== undefined)) continue;
    [best, least] = [other, changes];
  }
  return best;
}

/** How an error goes on after a name that there is not: the one that may be meant, or all that there are. */
export function suggestion(name: string, names: readonly string[]): string {
  const close = nearest(name, names);
  if (close !== undefined) return `did you mean '${close}'?`;
  return names.length > 0 ? `there are ${listed(names)}` : "there are none";
}

/** Names in a row, the first ones where they are many. */
export function listed(names: readonly string[]): string {
  const most = 20;
  const rest = names.length - most;
  return rest > 0 ? `${names.slice(0, most).join(", ")} and ${rest} more` : names.join(", ");
}

/** Letters to insert, to delete, to replace or to swap with the next one (Damerau and Levenshtein). */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + Number(a[i - 1] !== b[j - 1]);
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swapped = isSwap ? before[j - 2]! + 1 : Infinity;
      next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, replaced, swapped);
    }
    [before, row] = [row, next];
  }
  return row[b.length]!;
}
