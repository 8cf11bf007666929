/** A cache of so many values: makes the one that a key lacks, and forgets the one not asked for the longest. */
export function makeCache<V>(
  limit: number,
  forget?: (value: V) => void,
): (key: string, make: () => V) => V {
  const known = new Map<string, V>();
  return (key, make) => {
    const value = known.get(key) ?? make();
    known.delete(key);
    known.set(key, value);
    if (known.size > limit) {
      const [oldest, unused] = known.entries().next().value!;
      known.delete(oldest);
      forget?.(unused);
    }
    return value;
  };
}
