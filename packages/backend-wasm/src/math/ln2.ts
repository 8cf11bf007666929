/** ln 2 in two parts; the product of the first one with any exponent is exact. */
export const ln2 = {
  f32x4: [0.693145751953125, 1.428606820309417e-6],
  f64x2: [0.6931471803691238, 1.9082149292705877e-10],
} as const;
