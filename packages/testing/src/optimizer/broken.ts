import {
  add,
  cast,
  concatenate,
  div,
  mul,
  reshape,
  sub,
  sum,
  zerosLike,
  type Config,
  type Plugin,
  type Schedule,
  type Tensor,
  type UpdateCall,
  type UpdateRule,
} from "@nn/core";
import type { OptimizerSpec } from "./spec.ts";

/** An update rule with a fault, or with a claim that it does not keep, which `testOptimizer` has to find. */
export interface BrokenOptimizer {
  readonly name: string;
  readonly spec: OptimizerSpec;
}

const kind = "@nn/testing#example-rule";
const rateKind = "@nn/testing#example-rate";

function constantRate(rate: number): Schedule {
  return { kind: rateKind, config: { rate }, at: () => rate };
}

type Update = UpdateRule["update"];

/** Momentum, corrected for its start from zero by the number of the step. */
const sound: Update = ({ parameter, gradient, state, rate, step }) => {
  const velocity = add(mul(state["velocity"]!, 0.5), mul(gradient, 0.5));
  const share = sub(1, div(1, add(1, step)));
  return { parameter: sub(parameter, mul(rate, mul(velocity, share))), state: { velocity } };
};

function ruleWith(update: Update, config: Config): UpdateRule {
  return {
    kind,
    config,
    learningRate: config["learningRate"] as Schedule,
    init: (parameter) => ({ velocity: zerosLike(parameter) }),
    update,
  };
}

function specOf(update: () => Update, change: Partial<OptimizerSpec> = {}): OptimizerSpec {
  const plugins: readonly Plugin[] = [
    { kind, contract: 1, create: (config) => ruleWith(update(), config) },
    { kind: rateKind, contract: 1, create: ({ rate }) => constantRate(rate as number) },
  ];
  return {
    make: () => ruleWith(update(), { learningRate: constantRate(0.2) }),
    plugins,
    ...change,
  };
}

/** The rule that the broken ones are variants of; it passes. */
export const soundOptimizer: OptimizerSpec = specOf(() => sound);

/** Faults in what a rule computes or keeps. */
const wrongRules: { readonly [name: string]: () => Update } = {
  "it goes uphill": () => (call) => sound({ ...call, gradient: mul(call.gradient, -1) }),
  "it has a rate of its own": () => (call) =>
    sound({ ...call, rate: mul(add(zerosLike(call.rate), 1), 0.2) }),
  "it counts its steps itself": () => {
    let count = 0;
    return (call) => sound({ ...call, step: add(zerosLike(call.step), ++count) });
  },
  "it keeps its state outside of its state": () => {
    let kept: Tensor | undefined;
    return (call) => {
      const usable =
        kept?.source.state === "value" && kept.size === call.parameter.size ? kept : undefined;
      const after = sound({ ...call, state: { velocity: usable ?? call.state["velocity"]! } });
      kept = after.state["velocity"]!;
      return after;
    };
  },
  "it forgets its state": () => (call) => {
    const { parameter, state } = sound(call);
    return { parameter, state: { velocity: zerosLike(state["velocity"]!) } };
  },
  "its state grows": () => (call) => {
    const { parameter, state } = sound(call);
    const flat = reshape(state["velocity"]!, [-1]);
    return { parameter, state: { velocity: concatenate([flat, flat]) } };
  },
  "it works in f32 only": () => (call) => {
    const single = (x: Tensor): Tensor => cast(x, "f32");
    const after = sound({
      ...call,
      parameter: single(call.parameter),
      gradient: single(call.gradient),
      state: { velocity: single(call.state["velocity"]!) },
      rate: single(call.rate),
      step: single(call.step),
    });
    return after;
  },
  "it drifts without a gradient": () => (call) =>
    sound({ ...call, gradient: add(call.gradient, 0.05) }),
  "a gradient of zero is divided by": () => (call) =>
    sound({ ...call, gradient: div(mul(call.gradient, size(call)), size(call)) }),
};

/** The magnitude of the gradient, which is not safe to divide by. */
function size({ gradient }: UpdateCall): Tensor {
  return sum(mul(gradient, gradient));
}

/** Faulty rules, none of which may pass. */
export function brokenOptimizers(): readonly BrokenOptimizer[] {
  const [, rates] = soundOptimizer.plugins;
  const forgetful: Plugin = {
    kind,
    contract: 1,
    create: () => ruleWith(sound, { learningRate: constantRate(0.3) }),
  };
  return [
    ...Object.entries(wrongRules).map(([name, update]) => ({ name, spec: specOf(update) })),
    {
      name: "its options are lost in JSON",
      spec: { ...soundOptimizer, plugins: [forgetful, rates!] },
    },
    { name: "no plugin makes it again", spec: { ...soundOptimizer, plugins: [rates!] } },
    {
      name: "its rate is not finite",
      spec: {
        ...soundOptimizer,
        make: () => ruleWith(sound, { learningRate: constantRate(Number.NaN) }),
      },
    },
    {
      name: "it claims to move without a gradient",
      spec: { ...soundOptimizer, zeroGradient: "moves" },
    },
  ];
}
