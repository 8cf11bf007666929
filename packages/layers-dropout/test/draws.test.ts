import {
  applyModel,
  checkpoint,
  concat,
  foldIn,
  gradient,
  iota,
  jit,
  type Layer,
  mul,
  scan,
  sequential,
  sum,
  tensor,
  type Tensor,
  vectorize,
} from "@nn/core";
import { describe, expect, it } from "vitest";
import { alphaDropout, dropout, gaussianDropout, gaussianNoise } from "../src/index.ts";
import { backend, inputOf, keyOf, outputOf } from "./support.ts";

const layers: { readonly [name: string]: () => Layer } = {
  dropout: () => dropout(0.5),
  alphaDropout: () => alphaDropout(0.5),
  gaussianDropout: () => gaussianDropout(0.5),
  gaussianNoise: () => gaussianNoise(1),
};

const x = inputOf([4, 8]);

/** Halves of what two layers side by side give. */
function halves(values: readonly number[]): readonly [unknown, unknown] {
  const isLeft = (_: number, i: number): boolean => i % 16 < 8;
  return [values.filter(isLeft), values.filter((value, i) => !isLeft(value, i))];
}

describe.each(Object.entries(layers))("the draws of %s", (_, make) => {
  const apply = (input: Tensor, key: Tensor): Tensor =>
    applyModel(make(), { parameters: {}, state: {} }, input, { training: true, key }).output;

  it("are other ones for each layer, and for each use of one layer", () => {
    const shared = make();
    for (const model of [concat([make(), make()]), concat([shared, shared])]) {
      const [left, right] = halves(outputOf(model, x));
      expect(left).not.toEqual(right);
    }
  });

  it("do not depend on the layers before it", () => {
    const other = sequential({ first: gaussianNoise(0), last: make() });
    expect(outputOf(other, x)).toEqual(outputOf(sequential({ last: make() }), x));
  });

  it("are other ones in each step of a loop, and those that the step has by itself", () => {
    const loop = jit((input: Tensor, key: Tensor) => {
      const step = (k: Tensor, i: Tensor): [Tensor, Tensor] => [k, apply(input, foldIn(k, i))];
      return scan(step, key, iota(3))[1];
    });
    const values = Array.from(loop(x, keyOf(1)).readSync());
    const steps = [0, 1, 2].map((step) => values.slice(step * 32, (step + 1) * 32));
    expect(new Set(steps.map(String)).size).toBe(3);
    const alone = jit((input: Tensor, key: Tensor) => apply(input, foldIn(key, 2)));
    expect(steps[2]).toEqual(Array.from(alone(x, keyOf(1)).readSync()));
  });

  it("are the same where the forward pass is computed again", () => {
    const slopes = (wrap: (fn: (input: Tensor) => Tensor) => (input: Tensor) => Tensor): number[] =>
      Array.from(
        jit((input: Tensor, key: Tensor) => {
          const squared = wrap((at) => mul(apply(at, key), apply(at, key)));
          return gradient((at: Tensor) => sum(squared(at)))(input);
        })(x, keyOf(1)).readSync(),
      );
    expect(slopes((fn) => checkpoint(fn))).toEqual(slopes((fn) => fn));
  });

  it("are those of each key where keys are vectorized", () => {
    const keys = tensor(
      backend,
      [
        [0, 1],
        [0, 2],
      ],
      { dtype: "i32" },
    );
    const both = jit((k: Tensor) => vectorize((key: Tensor) => apply(x, key))(k))(keys);
    const values = Array.from(both.readSync());
    const alone = (seed: number): number[] => Array.from(jit(apply)(x, keyOf(seed)).readSync());
    expect(values).toEqual([...alone(1), ...alone(2)]);
  });
});
