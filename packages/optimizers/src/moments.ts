import { maximum, square, type Tensor, type TensorMap, type TensorType, zerosLike } from "@nn/core";
import { discounted } from "./discounted.ts";
import { checkFlag, checkNumber, checkShare } from "./options.ts";

/** What can be chosen for all rules that follow the mean gradient and its mean square. */
export interface MomentOptions {
  /** The share of the mean gradient that is kept from step to step, from 0 to below 1; 0.9 by default. */
  readonly beta1?: number;
  /** The share of the mean square that is kept from step to step, from 0 to below 1; 0.999 by default. */
  readonly beta2?: number;
  /** Added to the root of the mean square, which may be 0; above 0, 1e-8 by default. */
  readonly epsilon?: number;
  /**
   * Whether to divide by the largest mean square so far, so that smaller gradients do not make for longer steps
   * (AMSGrad: Reddi, Kale and Kumar, "On the Convergence of Adam and Beyond", 2018); false by default.
   */
  readonly amsgrad?: boolean;
}

/** Names of the options above. */
export const momentOptions = ["beta1", "beta2", "epsilon", "amsgrad"];

/** Discounted sums of gradients and of their squares, and how they follow a gradient. */
export interface Moments {
  readonly options: Required<MomentOptions>;
  init(parameter: TensorType): TensorMap;
  /** `spread` is the sum of squares to divide by the root of. */
  follow(gradient: Tensor, state: TensorMap): Followed;
}

/** What `Moments.follow` returns. */
interface Followed {
  readonly gradients: Tensor;
  readonly spread: Tensor;
  readonly state: TensorMap;
}

/** The moments that the options of a rule ask for, or an error that names the rule. */
export function momentsOf(rule: string, options: MomentOptions): Moments {
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, amsgrad = false } = options;
  checkShare(`${rule}: beta1`, beta1);
  checkShare(`${rule}: beta2`, beta2);
  checkNumber(`${rule}: epsilon`, epsilon, true);
  checkFlag(`${rule}: amsgrad`, amsgrad);
  return {
    options: { beta1, beta2, epsilon, amsgrad },
    init: (parameter) => ({
      gradients: zerosLike(parameter),
      squares: zerosLike(parameter),
      ...(amsgrad && { largest: zerosLike(parameter) }),
    }),
    follow(gradient, state) {
      const gradients = discounted(state["gradients"]!, beta1, gradient);
      const squares = discounted(state["squares"]!, beta2, square(gradient));
      if (!amsgrad) return { gradients, spread: squares, state: { gradients, squares } };
      const largest = maximum(state["largest"]!, squares);
      return { gradients, spread: largest, state: { gradients, squares, largest } };
    },
  };
}
