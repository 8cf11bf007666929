import type { DType } from "@nn/core";

/**
 * Operations by how exactly a backend has to compute them:
 *
 * - `move` copies elements, compares them or works on integers and bits: the same bits everywhere;
 * - `order` picks or rounds to whole numbers (maximum, max, floor): the same, but for the sign of a zero;
 * - `arithmetic` is add and mul, `division` is div, rem and sqrt;
 * - `sum` adds up many terms (sum, matmul, scatterAdd): relative to the sum of their magnitudes; sums on the way may be
 *   subnormal, and then zero;
 * - `exponential` is exp and pow, `function` is log, sin, cos and tanh;
 * - `gradient` compares a gradient with finite differences: relative to max(1, |gradient|).
 */
export type OperationClass =
  | "move"
  | "order"
  | "arithmetic"
  | "division"
  | "sum"
  | "exponential"
  | "function"
  | "gradient";

/** How far a result may be off: by `relative` of its magnitude, or by `absolute`, whichever is more. */
export interface Tolerance {
  readonly relative: number;
  readonly absolute: number;
}

type FloatDType = "f32" | "f64";

const exact: Tolerance = { relative: 0, absolute: 0 };

/**
 * The one table of tolerances, for a single operation. f32 is what WGSL guarantees, with a margin for functions that
 * are composed of others there; f64 is what careful scalar code reaches.
 */
export const tolerances: Readonly<Record<FloatDType, Readonly<Record<OperationClass, Tolerance>>>> =
  {
    f32: {
      move: exact,
      order: exact,
      arithmetic: { relative: 2 ** -23, absolute: 0 },
      division: { relative: 3 * 2 ** -23, absolute: 0 },
      sum: { relative: 2 ** -20, absolute: 2 ** -120 },
      exponential: { relative: 2 ** -16, absolute: 0 },
      function: { relative: 2 ** -18, absolute: 2 ** -20 },
      gradient: { relative: 2e-3, absolute: 2e-3 },
    },
    f64: {
      move: exact,
      order: exact,
      arithmetic: { relative: 2 ** -52, absolute: 0 },
      division: { relative: 3 * 2 ** -52, absolute: 0 },
      sum: { relative: 2 ** -48, absolute: 2 ** -1016 },
      exponential: { relative: 2 ** -45, absolute: 0 },
      function: { relative: 2 ** -47, absolute: 2 ** -50 },
      gradient: { relative: 1e-6, absolute: 1e-6 },
    },
  };

/** The tolerance for an operation of this class; exact for dtypes that are not floats. */
export function tolerance(dtype: DType, kind: OperationClass): Tolerance {
  return dtype === "f32" || dtype === "f64" ? tolerances[dtype][kind] : exact;
}

/** The largest difference that the table allows between a result and its expectation. */
export function margin(dtype: DType, kind: OperationClass, expected: number): number {
  const { relative, absolute } = tolerance(dtype, kind);
  return Math.max(absolute, relative * Math.abs(expected));
}
