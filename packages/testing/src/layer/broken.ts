import {
  add,
  cast,
  customGradient,
  div,
  mean,
  mul,
  normal,
  randomKey,
  sub,
  sum,
  tensor,
  type Config,
  type Layer,
  type Plugin,
  type Scope,
  type Tensor,
} from "@nn/core";
import { referenceBackend } from "../reference/reference-backend.ts";
import type { LayerSpec } from "./spec.ts";

/** A layer with a fault, or with a claim that it does not keep, which `testLayer` has to find. */
export interface BrokenLayer {
  readonly name: string;
  readonly spec: LayerSpec;
}

const kind = "@nn/testing#example";

type Apply = (scope: Scope, x: Tensor, config: Config) => Tensor;

/** gain · x + offset - centre, plus noise in training; the centre follows the mean of the inputs. */
const sound: Apply = (scope, x, { offset, trainable }) => {
  const [features] = x.shape.slice(-1) as [number];
  const options = { trainable: trainable !== false };
  const gain = scope.parameter("gain", [features], options);
  const centre = scope.state("centre", [features]);
  if (!scope.training) return sub(add(mul(x, gain), offset as number), centre);
  scope.setState("centre", add(mul(centre, 0.5), mul(mean(x, 0), 0.5)));
  const noise = normal(scope.key(), x.shape, { dtype: x.dtype as "f32" });
  return add(sub(add(mul(x, gain), offset as number), centre), mul(noise, 0.1));
};

function layerWith(apply: Apply, config: Config): Layer {
  return { kind, config, apply: (scope, x) => apply(scope, x, config) };
}

/** A spec of a layer that works like this, with all claims that the sound one keeps. */
function specOf(apply: () => Apply, change: Partial<LayerSpec> = {}): LayerSpec {
  const create = (config: Config): Layer => layerWith(apply(), config);
  const plugins: readonly Plugin[] = [{ kind, contract: 1, create }];
  return {
    make: () => create({ offset: 2 }),
    frozen: () => create({ offset: 2, trainable: false }),
    input: { shape: [3] },
    plugins,
    isRandom: true,
    hasState: true,
    ...change,
  };
}

/** The layer that the broken ones are variants of; it passes. */
export const soundLayer: LayerSpec = specOf(() => sound);

/** The first key that was asked for in a trace. */
const firstKeys = new WeakMap<object, Tensor>();

/** Faults in what a layer computes or keeps. */
const wrongLayers: { readonly [name: string]: () => Apply } = {
  "the gradient is a little too large": () => (scope, x, config) =>
    customGradient(
      (y: Tensor) => mul(y, 1),
      (_, __, g) => [mul(g, 1.001)],
    )(sound(scope, x, config)),
  "the key is always the same": () => (scope, x, config) =>
    sound(withScope(scope, { key: () => randomKey(1) }), x, config),
  "all places draw the same numbers": () => {
    return (scope, x, config) => {
      const key = scope.key();
      const trace = traceOf(key);
      const first = firstKeys.get(trace) ?? key;
      firstKeys.set(trace, first);
      return sound(withScope(scope, { key: () => first }), x, config);
    };
  },
  "it counts its calls": () => {
    let calls = 0;
    return (scope, x, config) => add(sound(scope, x, config), ++calls / 100);
  },
  "it keeps a tensor of its own": () => {
    const own = tensor(referenceBackend(), [0.5]);
    return (scope, x, config) => add(sound(scope, x, config), cast(own, x.dtype));
  },
  "state does not change": () => (scope, x, config) =>
    sound(withScope(scope, { setState: () => {} }), x, config),
  "examples are scaled by their sum when predicting": () => (scope, x, config) =>
    div(sound(scope, x, config), sum(mul(x, x))),
  "noise is added when predicting": () => (scope, x, config) =>
    scope.training
      ? sound(scope, x, config)
      : add(sound(scope, x, config), normal(scope.key(), x.shape, { dtype: x.dtype as "f32" })),
  "there is a parameter for every example": () => (scope, x, config) =>
    add(sound(scope, x, config), scope.parameter("extra", [x.shape[0]!, 1])),
  "the batch axis is lost": () => (scope, x, config) => sum(sound(scope, x, config), 0),
  "frozen parameters are trained": () => (scope, x, config) =>
    sound(scope, x, { offset: config["offset"] }),
};

/** Faulty layers, none of which may pass. */
export function brokenLayers(): readonly BrokenLayer[] {
  const { make, plugins } = soundLayer;
  const forgetful: Plugin = { kind, contract: 1, create: () => layerWith(sound, { offset: 1 }) };
  const silent: Plugin = {
    kind,
    contract: 1,
    create: (config) => layerWith(sound, { ...config, offset: 2.5 }),
  };
  return [
    ...Object.entries(wrongLayers).map(([name, apply]) => ({ name, spec: specOf(apply) })),
    { name: "its options are lost in JSON", spec: { ...soundLayer, plugins: [forgetful] } },
    { name: "its options are changed by JSON", spec: { ...soundLayer, plugins: [silent] } },
    { name: "no plugin makes it again", spec: { ...soundLayer, plugins: [] } },
    {
      name: "JSON cannot hold its options",
      spec: { ...soundLayer, make: () => layerWith(sound, { offset: Number.NaN }) },
    },
    {
      name: "it works by options that its config does not have",
      spec: { ...soundLayer, make: () => ({ ...make(), config: { offset: 3 } }) },
    },
    { name: "it claims to have no state", spec: { ...soundLayer, hasState: false } },
    { name: "it claims not to be random", spec: { ...soundLayer, isRandom: false } },
    { name: "all that are made are one", spec: { ...soundLayer, make: always(make()), plugins } },
  ];
}

/** The trace that a tensor belongs to. */
function traceOf({ source }: Tensor): object {
  return source.state === "traced" ? source.trace : source;
}

function always<T>(value: T): () => T {
  return () => value;
}

/** A scope with some of its functions replaced. */
function withScope(scope: Scope, change: Partial<Scope>): Scope {
  return {
    path: scope.path,
    training: scope.training,
    parameter: (...call) => scope.parameter(...call),
    state: (...call) => scope.state(...call),
    setState: (...call) => scope.setState(...call),
    key: () => scope.key(),
    apply: (...call) => scope.apply(...call),
    ...change,
  };
}
