/** Points between 0 and 1, and what each counts. */
export interface Quadrature {
  readonly points: readonly number[];
  readonly weights: readonly number[];
}

/**
 * The Gauss-Legendre rule for the integral from 0 to 1, exact for polynomials up to degree 2 · count - 1. Its points
 * are the roots of a Legendre polynomial, found by Newton's method from Tricomi's approximation.
 */
export function gaussLegendre(count: number): Quadrature {
  const points: number[] = [];
  const weights: number[] = [];
  for (let i = count; i > 0; i--) {
    let x = Math.cos((Math.PI * (i - 0.25)) / (count + 0.5));
    let slope = 0;
    for (let step = 0; step < 100; step++) {
      const [value, derivative] = legendre(count, x);
      const change = value / derivative;
      slope = derivative;
      x -= change;
      if (Math.abs(change) < 1e-15) break;
    }
    points.push((1 + x) / 2);
    weights.push(1 / ((1 - x * x) * slope * slope));
  }
  return { points, weights };
}

/** The Legendre polynomial of this degree and its derivative, inside of -1 to 1. */
function legendre(degree: number, x: number): readonly [number, number] {
  let [before, value] = [1, x];
  for (let k = 2; k <= degree; k++)
    [before, value] = [value, ((2 * k - 1) * x * value - (k - 1) * before) / k];
  return [value, (degree * (x * value - before)) / (x * x - 1)];
}
