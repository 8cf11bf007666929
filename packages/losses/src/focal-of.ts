import { exp, mul, softplus, sub, type Tensor } from "@nn/core";

/**
 * The focal loss by the log-odds of being wrong: with the probability q of all other classes, -qᵞ · log(1 - q). Nothing
 * overflows, and slopes are finite for every gamma: log q = logOdds - softplus(logOdds) is never above 0.
 */
export function focalOf(logOdds: Tensor, gamma: number): Tensor {
  const loss = softplus(logOdds);
  return gamma === 0 ? loss : mul(exp(mul(sub(logOdds, loss), gamma)), loss);
}
