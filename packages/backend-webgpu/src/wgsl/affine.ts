/** A sum of whole multiples of names and a constant, modulo 2³² as i32 is: what indices are made of. */
export interface Affine {
  readonly constant: number;
  readonly terms: ReadonlyMap<string, number>;
}

/** A number. */
export function constant(value: number): Affine {
  return { constant: value | 0, terms: new Map() };
}

/** A name of type i32. */
export function variable(name: string): Affine {
  return { constant: 0, terms: new Map([[name, 1]]) };
}

/** The sum of two, the second of them times a number. */
export function plus(a: Affine, b: Affine, factor = 1): Affine {
  const terms = new Map(a.terms);
  for (const [name, count] of b.terms) {
    const total = ((terms.get(name) ?? 0) + Math.imul(count, factor)) | 0;
    if (total === 0) terms.delete(name);
    else terms.set(name, total);
  }
  return { constant: (a.constant + Math.imul(b.constant, factor)) | 0, terms };
}

/** The product with a number. */
export function times(a: Affine, factor: number): Affine {
  return plus(constant(0), a, factor);
}

/** The half of it, rounded down, and what is left; where that is the same whatever its names stand for. */
export function halved({
  constant: value,
  terms,
}: Affine): { half: Affine; rest: 0 | 1 } | undefined {
  if ([...terms.values()].some((count) => count % 2 !== 0)) return undefined;
  const half = new Map([...terms].map(([name, count]) => [name, count / 2]));
  return { half: { constant: value >> 1, terms: half }, rest: value % 2 === 0 ? 0 : 1 };
}

/** The number that it is, where it is one. */
export function known({ constant: value, terms }: Affine): number | undefined {
  return terms.size === 0 ? value : undefined;
}

/** A text that two share just when they are the same. */
export function affineKey({ constant: value, terms }: Affine): string {
  return [...terms]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, count]) => `${name}*${count}`)
    .concat(String(value))
    .join("+");
}
