import { add, erf, type Layer, minimum, mul, sigmoid, type Tensor } from "@nn/core";
import { checked, flag } from "../options.ts";
import { composedOf } from "./activation-of.ts";

/**
 * x · Φ(x), where Φ is the distribution function of the normal distribution, ½ (1 + erf(x / √2)). With `approximate`
 * it is ½ x (1 + tanh(√(2/π) (x + 0.044715 x³))), which is off by at most 0.0005 and is what many published models were
 * trained with (Hendrycks and Gimpel, Gaussian Error Linear Units, 2016).
 *
 * ```ts
 * dense(64, { activation: gelu() });
 * ```
 */
export function gelu(options: { readonly approximate?: boolean } = {}): Layer {
  const { approximate = false } = checked("gelu", options, { approximate: flag });
  return composedOf("gelu", approximate ? approximation : exact, { approximate });
}

function exact(x: Tensor): Tensor {
  return mul(x, add(mul(erf(mul(x, Math.SQRT1_2)), 0.5), 0.5));
}

/**
 * As ½ (1 + tanh z) is the sigmoid of 2z. Where x² is larger than the limit, the sigmoid is 0 or 1 to within 10⁻²⁶⁰;
 * without one, slopes would be 0 · Infinity for very large x.
 */
function approximation(x: Tensor): Tensor {
  const square = minimum(mul(x, x), 400);
  const factor = 2 * Math.sqrt(2 / Math.PI);
  return mul(x, sigmoid(mul(x, add(mul(square, factor * 0.044715), factor))));
}
