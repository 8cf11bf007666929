import { add, normal, randomKey, type DType, type Initializer, type Tensor } from "@nn/core";
import type { InitializerSpec } from "./test-initializer.ts";

/** An initializer with a fault, which `testInitializer` has to find. */
export interface BrokenInitializer {
  readonly name: string;
  readonly spec: InitializerSpec;
}

const kind = "@nn/testing#example-initializer";

type Draw = (key: Tensor, shape: readonly number[], dtype: DType) => Tensor;

const sound: Draw = (key, shape, dtype) => normal(key, shape, { dtype, deviation: 0.5 });

function specOf(initialize: Draw): InitializerSpec {
  const make = (): Initializer => ({ kind, config: {}, initialize });
  return { make, plugins: [{ kind, contract: 1, create: make }], mean: 0, deviation: 0.5 };
}

/** The initializer that the broken ones are variants of; it passes. */
export const soundInitializer: InitializerSpec = specOf(sound);

/** Faulty initializers, none of which may pass. */
export function brokenInitializers(): readonly BrokenInitializer[] {
  let calls = 0;
  const draws: { readonly [name: string]: Draw } = {
    "the key is always the same": (_, shape, dtype) => sound(randomKey(1), shape, dtype),
    "it counts its calls": (key, shape, dtype) => add(sound(key, shape, dtype), ++calls / 100),
    "all values are f32": (key, shape) => sound(key, shape, "f32"),
    "the deviation is too large": (key, shape, dtype) =>
      normal(key, shape, { dtype, deviation: 0.6 }),
    "the mean is off": (key, shape, dtype) => add(sound(key, shape, dtype), 0.1),
    "an axis is forgotten": (key, shape, dtype) => sound(key, shape.slice(1), dtype),
  };
  return [
    ...Object.entries(draws).map(([name, draw]) => ({ name, spec: specOf(draw) })),
    { name: "no plugin makes it again", spec: { ...soundInitializer, plugins: [] } },
    { name: "it claims not to be random", spec: { ...soundInitializer, isRandom: false } },
  ];
}
