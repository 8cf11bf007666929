import {
  check,
  checkDtype,
  greater,
  type Layer,
  mul,
  type ParameterOptions,
  select,
} from "@nn/core";
import { constant } from "../initializers/constant.ts";
import { kindOf } from "../kind.ts";
import { checked, flag, parameter } from "../options.ts";

/** What can be chosen for `prelu`: how its slopes start (0.25 by default) and train. */
export interface PreluOptions extends ParameterOptions {
  /** One slope for all channels, instead of one for each along the last axis. Default false. */
  readonly shared?: boolean;
}

/**
 * x where it is positive, and slope · x elsewhere, with slopes that are learned: one for each channel, along the last
 * axis, or one that all share (He et al., Delving Deep into Rectifiers, 2015). Weight decay would pull the slopes
 * towards those of `relu`: give them an `optimizer` without.
 *
 * ```ts
 * dense(8, { activation: prelu() });
 * ```
 */
export function prelu(options: PreluOptions = {}): Layer {
  const { shared, ...slopes } = checked("prelu", options, { shared: flag, ...parameter });
  return {
    kind: kindOf("prelu"),
    config: { ...options },
    apply(scope, x) {
      checkDtype("prelu", "float", [x]);
      const channels = x.shape.slice(1).at(-1);
      check(
        shared || channels !== undefined,
        () =>
          `prelu: '${scope.path}' takes [batch, ..., channels], got [${x.shape}]; or set { shared: true }`,
      );
      const slope = scope.parameter("slope", shared ? [] : [channels!], {
        initializer: constant(0.25),
        ...slopes,
      });
      return select(greater(x, 0), x, mul(x, slope));
    },
  };
}
