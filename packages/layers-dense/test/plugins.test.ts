import { corePlugins, decode, encode, type Json, type Layer, sequential } from "@nn/core";
import { describe, expect, it } from "vitest";
import {
  constant,
  dense,
  flatten,
  glorotNormal,
  glorotUniform,
  heNormal,
  heUniform,
  leakyRelu,
  linear,
  normal,
  ones,
  plugins,
  relu,
  sigmoid,
  softmax,
  softplus,
  tanh,
  uniform,
  zeros,
} from "../src/index.ts";
import * as exported from "../src/index.ts";
import { outputOf } from "./support.ts";

const everything = sequential([
  flatten(),
  dense(3, { activation: relu(), weights: { initializer: uniform({ low: -1, high: 1 }) } }),
  dense(3, {
    activation: leakyRelu({ slope: 0.3 }),
    weights: { initializer: normal({ deviation: 1 }) },
  }),
  dense(3, { activation: tanh(), weights: { initializer: heNormal(), trainable: false } }),
  dense(3, { activation: sigmoid(), weights: { initializer: heUniform() }, bias: false }),
  dense(3, { activation: softplus(), bias: { initializer: constant(0.1) } }),
  dense(3, { activation: linear(), weights: { initializer: glorotNormal() } }),
  dense(3, { activation: softmax(), weights: { initializer: glorotUniform() }, trainable: true }),
  dense(1, { weights: { initializer: ones() }, bias: { initializer: zeros() } }),
]);

describe("plugins", () => {
  it("bring a model back from JSON that computes the same", () => {
    const text = JSON.stringify(encode(everything));
    const again = decode(JSON.parse(text) as Json, [...corePlugins, ...plugins]) as Layer;
    expect(encode(again)).toEqual(encode(everything));
    expect(outputOf(again, [[0.5, -1]])).toEqual(outputOf(everything, [[0.5, -1]]));
  });

  it("cover everything that this package makes, but for activations from functions", () => {
    const made = Object.keys(exported).filter((name) => !["activation", "plugins"].includes(name));
    expect(plugins.map(({ kind }) => kind.split("#")[1]).sort()).toEqual(made.sort());
  });

  const required: { readonly [name: string]: { readonly [option: string]: Json } } = {
    dense: { units: 2 },
    embedding: { count: 2, units: 2 },
    reshape: { shape: [2] },
    constant: { value: 2 },
  };

  it.each(plugins.map(({ kind }) => [kind.split("#")[1]!, kind] as const))(
    "make no %s of a config that is none, or that has more than is read",
    (name, kind) => {
      const make = (config: Json): unknown => decode({ kind, config }, plugins);
      for (const config of [null, 5, []]) expect(() => make(config)).toThrow(/expected .*config/);
      const config = required[name] ?? {};
      expect(() => make(config)).not.toThrow();
      expect(() => make({ ...config, nonsense: 1 })).toThrow(
        `${name}: there is no option 'nonsense'`,
      );
    },
  );

  it("have one kind each", () => {
    const kinds = plugins.map(({ kind }) => kind);
    expect(new Set(kinds).size).toBe(kinds.length);
  });
});
