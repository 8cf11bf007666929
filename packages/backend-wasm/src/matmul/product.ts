import type { Place, Target } from "../stage.ts";
import type { Float } from "../vectors.ts";

/** A product of matrices whose sizes are known: result[i, j] = Σk a[i, k] · b[k, j]; strides in elements. */
export interface Product {
  readonly dtype: Float;
  readonly rows: number;
  readonly columns: number;
  readonly inner: number;
  readonly a: Matrix;
  readonly b: Matrix;
  /**
   * Leading axes: their lengths, and the strides of `a` and `b`, 0 where they are broadcast. The result's batch index
   * is row-major. None for plain products.
   */
  readonly batch: readonly BatchAxis[];
}

/** Where a matrix begins, and how far apart its rows and its columns are. */
export interface Matrix {
  readonly place: Place;
  readonly rowStride: number;
  readonly columnStride: number;
}

/** A leading axis of a product: how many matrices there are along it, and how far apart those of each operand are. */
export interface BatchAxis {
  readonly length: number;
  readonly a: number;
  readonly b: number;
}

/** About how many nanoseconds the arithmetic takes on one thread. */
export function costOf(dtype: Float, multiplications: number, { relaxed, wide }: Target): number {
  const rate = (wide ? 60 : 30) * (relaxed ? 1.3 : 1) * (dtype === "f32" ? 1 : 0.5);
  return (2 * multiplications) / rate;
}
