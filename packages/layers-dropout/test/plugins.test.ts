import { decode, encode, type Json, type Layer } from "@nn/core";
import { describe, expect, it } from "vitest";
import { alphaDropout, dropout, gaussianDropout, gaussianNoise, plugins } from "../src/index.ts";

const layers: { readonly [name: string]: Layer } = {
  dropout: dropout(0.3, { sharedAxes: [1, -1] }),
  alphaDropout: alphaDropout(0.3),
  gaussianDropout: gaussianDropout(0.3),
  gaussianNoise: gaussianNoise(0.3),
};

it("has a plugin for each layer", () => {
  expect(plugins.map(({ kind }) => kind.split("#")[1])).toEqual(Object.keys(layers));
});

describe.each(Object.entries(layers))("%s", (name, layer) => {
  const { kind, config } = encode(layer) as { kind: string; config: { [option: string]: Json } };
  const make = (other: Json): Json => encode(decode({ kind, config: other }, plugins));

  it("comes back from JSON with all its options", () => {
    expect(make(JSON.parse(JSON.stringify(config)) as Json)).toEqual({ kind, config });
  });

  it("is not made of a config that is none, that lacks what it needs or that has more than is read", () => {
    for (const other of [null, 5, []]) expect(() => make(other)).toThrow(/expected .*config/);
    expect(() => make({})).toThrow(/(rate|deviation) must be a .*number from 0.*, got undefined/);
    expect(() => make({ ...config, nonsense: 1 })).toThrow(
      `${name}: there is no option 'nonsense'`,
    );
  });
});
