import type { UpdateRule } from "@nn/core";
import { glorotUniform, uniform, zeros } from "@nn/layers-dense";
import { adam, inverseTimeDecay, momentum, sgd } from "@nn/optimizers";
import { forgetfulAdam } from "./forgetful-adam.ts";
import { type ModelOptions, type Problem, regression, xor } from "./problems.ts";

/** Several ways to train for one problem, each a line of a chart. */
export interface Study {
  readonly title: string;
  readonly problem: Problem;
  readonly lines: { readonly [name: string]: Setting };
}

/** One of the ways. */
export interface Setting extends ModelOptions {
  readonly optimizer: UpdateRule;
}

const optimizers = {
  SGD: { optimizer: sgd({ learningRate: 0.05 }) },
  momentum: { optimizer: momentum({ learningRate: 0.05 }) },
  Adam: { optimizer: adam({ learningRate: 0.02 }) },
  "Adam that forgets": { optimizer: forgetfulAdam({ learningRate: 0.02 }) },
};

const rule = momentum({ learningRate: 0.05 });
const initializers = {
  zeros: { initializer: zeros(), optimizer: rule },
  "uniform, 0 to 1": { initializer: uniform({ low: 0, high: 1 }), optimizer: rule },
  "uniform, -1 to 1": { initializer: uniform({ low: -1, high: 1 }), optimizer: rule },
  "Glorot uniform": { initializer: glorotUniform(), optimizer: rule },
};

const decaying = (decay: number): Setting => ({
  optimizer: sgd({ learningRate: inverseTimeDecay({ initial: 0.1, decay }) }),
});
const decays = { none: decaying(0), low: decaying(0.01), high: decaying(0.5) };

const dropping = (dropped: number): Setting => ({
  dropped,
  optimizer: adam({ learningRate: 0.02 }),
});
const dropouts = { none: dropping(0), "a fifth": dropping(0.2), half: dropping(0.5) };

/** The studies, in the order of the report. */
export const studies: readonly Study[] = [xor, regression].flatMap((problem) => [
  { title: "Optimizers", problem, lines: optimizers },
  { title: "First values of weights", problem, lines: initializers },
  { title: "Inverse-time decay of the rate", problem, lines: decays },
  { title: "Dropout", problem, lines: dropouts },
]);
