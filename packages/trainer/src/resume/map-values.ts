/** The same names with other values. */
export function mapValues<A, B>(
  values: { readonly [name: string]: A },
  fn: (value: A) => B,
): Record<string, B> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, fn(value)]));
}
