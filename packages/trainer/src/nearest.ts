/** The name among these that takes the fewest changes of a letter. */
export function nearest(name: string, names: readonly string[]): string | undefined {
  const distances = names.map((other) => distance(name.toLowerCase(), other.toLowerCase()));
  return names[distances.indexOf(Math.min(...distances))];
}

/** Letters to insert, to delete or to replace (Levenshtein), row by row of the table. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next[j] = Math.min(
        row[j]! + 1,
        next[j - 1]! + 1,
        row[j - 1]! + Number(a[i - 1] !== b[j - 1]),
      );
    row = next;
  }
  return row[b.length]!;
}
