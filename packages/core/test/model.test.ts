import { describe as suite, expect, it } from "vitest";
import {
  add,
  applyModel,
  bernoulli,
  cast,
  concat,
  corePlugins,
  decode,
  describe,
  encode,
  fans,
  graph,
  initialize,
  matmul,
  mean,
  mul,
  ones,
  randomKey,
  residual,
  sequential,
  uniform,
  type Config,
  type Initializer,
  type Json,
  type Layer,
  type ParameterOptions,
  type Plugin,
  type Tensor,
} from "@nn/core";
import { backend, f64, values } from "./support.ts";

const around: Initializer = {
  kind: "@nn/core/test#around",
  config: {},
  initialize: (key, shape, dtype) => uniform(key, shape, { dtype, low: -1, high: 1 }),
};

/** A dense layer, as small as it can be. */
function linear(units: number, options: ParameterOptions = {}): Layer {
  return {
    kind: "@nn/core/test#linear",
    config: { units },
    apply(scope, x) {
      const weights = scope.parameter("weights", [x.shape.at(-1)!, units], {
        initializer: around,
        ...options,
      });
      return add(matmul(x, weights), scope.parameter("bias", [units]));
    },
  };
}

/** Keeps a running mean of its input and hides a part of it while training. */
const meanAndMask: Layer = {
  kind: "@nn/core/test#meanAndMask",
  config: {},
  apply(scope, x) {
    const before = scope.state("mean", []);
    scope.setState("mean", add(mul(before, 0.5), mul(mean(x), 0.5)));
    return scope.training ? mul(x, cast(bernoulli(scope.key(), 0.5, x.shape), x.dtype)) : x;
  },
};

const plugins: Plugin[] = [
  ...corePlugins,
  {
    kind: "@nn/core/test#linear",
    contract: 1,
    create: ({ units }: Config) => linear(units as number),
  },
];

const x = f64(
  [
    [1, 2, 3],
    [4, 5, 6],
  ],
  "f32",
);
const paths = (model: Layer): string[] => describe(model, x).declarations.map(({ path }) => path);

suite("parameters", () => {
  it("are named after the layers' places", () => {
    expect(paths(sequential([linear(4), sequential({ head: linear(1) })]))).toEqual([
      "0/weights",
      "0/bias",
      "1/head/weights",
      "1/head/bias",
    ]);
  });

  it("are shared by a layer that is used twice", () => {
    const twice = linear(3);
    expect(paths(sequential([twice, twice]))).toEqual(["0/weights", "0/bias"]);
    const variables = initialize(backend, describe(sequential([twice, twice]), x).declarations, 1);
    const once = applyModel(twice, renamed(variables.parameters), x).output;
    const both = applyModel(sequential([twice, twice]), variables, x).output;
    expect(values(both)).toEqual(
      values(applyModel(twice, renamed(variables.parameters), once).output),
    );
  });

  it("start the same for one seed and path, whatever else the model has", () => {
    const small = initialize(backend, describe(sequential([linear(4)]), x).declarations, 7);
    const large = initialize(
      backend,
      describe(sequential([linear(4), linear(2)]), x).declarations,
      7,
    );
    const other = initialize(backend, describe(sequential([linear(4)]), x).declarations, 8);
    const weights = values(small.parameters["0/weights"]!);
    expect(values(large.parameters["0/weights"]!)).toEqual(weights);
    expect(values(large.parameters["1/weights"]!).slice(0, 4)).not.toEqual(weights.slice(0, 4));
    expect(values(other.parameters["0/weights"]!)).not.toEqual(weights);
  });

  it("say whether they are trained", () => {
    const { declarations } = describe(sequential([linear(4, { trainable: false }), linear(1)]), x);
    expect(declarations.map(({ trainable }) => trainable)).toEqual([false, true, true, true]);
  });

  const renamed = (parameters: Readonly<Record<string, Tensor>>) => ({
    parameters: { weights: parameters["0/weights"]!, bias: parameters["0/bias"]! },
    state: {},
  });
});

suite("state and random streams", () => {
  const model = sequential([meanAndMask, meanAndMask2()]);
  const variables = initialize(backend, describe(model, x).declarations, 0);
  const key = randomKey(3);

  it("change in training and not when predicting", () => {
    const trained = applyModel(model, variables, x, { training: true, key });
    expect(values(trained.state["0/mean"]!)).toEqual([1.75]);
    const predicted = applyModel(model, variables, x);
    expect(values(predicted.state["0/mean"]!)).toEqual([0]);
    expect(values(predicted.output)).toEqual(values(x));
  });

  it("repeat with the key and differ between layers", () => {
    const eight = f64(
      Array.from({ length: 8 }, () => Array(8).fill(1)),
      "f32",
    );
    const run = (seed: number): number[] =>
      values(applyModel(model, variables, eight, { training: true, key: randomKey(seed) }).output);
    expect(run(3)).toEqual(run(3));
    expect(run(3)).not.toEqual(run(4));
    const kept = run(3).filter((value) => value === 1).length;
    expect(kept).toBeGreaterThan(4);
    expect(kept).toBeLessThan(32);
  });

  it("need a key for training", () => {
    expect(() => applyModel(model, variables, x, { training: true })).toThrow(
      "'0' draws random numbers; pass { key }",
    );
  });

  function meanAndMask2(): Layer {
    return { ...meanAndMask };
  }
});

suite("combinators", () => {
  it("residual adds the input", () => {
    const model = residual(linear(3));
    const variables = initialize(backend, describe(model, x).declarations, 1);
    const inner = applyModel(
      linear(3),
      {
        parameters: {
          weights: variables.parameters["inner/weights"]!,
          bias: variables.parameters["inner/bias"]!,
        },
        state: {},
      },
      x,
    );
    expect(values(applyModel(model, variables, x).output)).toEqual(values(add(x, inner.output)));
  });

  it("concat puts outputs side by side", () => {
    expect(describe(concat([linear(2), linear(5)]), x).output).toEqual({
      shape: [2, 7],
      dtype: "f32",
    });
  });

  it("graph takes trees in and gives trees out", () => {
    const join: Layer<Tensor[], Tensor> = {
      kind: "@nn/core/test#join",
      config: {},
      apply: (_, [a, b]) => add(a!, b!),
    };
    const model = graph<{ left: Tensor; right: Tensor }, { sum: Tensor; left: Tensor }>({
      nodes: {
        a: { layer: linear(2), from: "input.left" },
        b: { layer: linear(2), from: "input.right" },
        joined: { layer: join, from: ["a", "b"] },
      },
      output: { sum: "joined", left: "a" },
    });
    const { declarations, output } = describe(model, { left: ones([4, 3]), right: ones([4, 5]) });
    expect(declarations.map(({ path }) => path)).toEqual([
      "a/weights",
      "a/bias",
      "b/weights",
      "b/bias",
    ]);
    expect(output).toEqual({
      left: { shape: [4, 2], dtype: "f32" },
      sum: { shape: [4, 2], dtype: "f32" },
    });
    expect(() => describe(model, { left: ones([4, 3]) } as never)).toThrow(
      "graph: the input has no 'input.right'",
    );
  });

  it("refuse what cannot work", () => {
    expect(() => sequential([])).toThrow("sequential: expected at least one layer, got none");
    expect(() => sequential([linear as never])).toThrow(
      "sequential: '0' is no layer but function; call the factory",
    );
    expect(() => graph({ nodes: { a: { layer: linear(1), from: "b" } }, output: "a" })).toThrow(
      "graph: 'a' takes 'b', which is no node before it (input)",
    );
    expect(() => graph({ nodes: { a: { layer: linear(1), from: "input" } }, output: "z" })).toThrow(
      "graph: the output 'z' is no node",
    );
    expect(() =>
      graph({ nodes: { a: { layer: linear(1), from: "input" } }, output: "toString" }),
    ).toThrow("graph: the output 'toString' is no node");
  });
});

suite("JSON", () => {
  it("makes the same model again", () => {
    const model = sequential({
      first: residual(linear(3)),
      second: concat([linear(2), linear(1)]),
    });
    const json = JSON.parse(JSON.stringify(encode(model)));
    const again = decode(json, plugins) as Layer;
    expect(encode(again)).toEqual(json);
    expect(describe(again, x)).toEqual(describe(model, x));
  });

  it("keeps shared what is shared", () => {
    const [twice, thrice] = [linear(3), residual(linear(3))];
    const model = sequential([twice, thrice, linear(3), twice, thrice, thrice]);
    const json = JSON.parse(JSON.stringify(encode(model)));
    const again = decode(json, plugins) as Layer;
    expect(paths(again)).toEqual(paths(model));
    expect(paths(again)).toHaveLength(6);
    expect(encode(again)).toEqual(json);
    expect(() => decode({ kind: "@nn/core#shared", config: { id: 7 } }, plugins)).toThrow(
      "decode: expected a shared value before its use, got id 7",
    );
  });

  it("refuses values without a JSON form, by their place", () => {
    const model: Layer = {
      kind: "@a/b#c",
      config: { list: [1, (() => 1) as never] },
      apply: (_, input) => input,
    };
    expect(() => encode(model)).toThrow(
      "encode: @a/b#c.list[1] is a function, which JSON cannot hold",
    );
    expect(() => encode({ kind: "@a/b#c", config: { rate: NaN } })).toThrow(
      "encode: @a/b#c.rate is NaN",
    );
  });

  it("does not act on names from outside", () => {
    const hostile = JSON.parse(
      '{"kind":"@nn/core#sequential","config":{"__proto__":{"polluted":1},"layers":[]}}',
    );
    expect(() => decode(hostile, plugins)).toThrow("expected at least one layer");
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
    expect(() => decode([] as never, plugins)).toThrow("decode: expected { kind, config }, got []");
    expect(() => decode({ kind: "@nn/core#sequential", config: null }, plugins)).toThrow(
      "decode: expected { kind, config }, got {",
    );
    let deep: Json = 1;
    for (let i = 0; i < 20_000; i++) deep = [deep];
    for (const json of [deep, { kind: "@nn/core#sequential", config: { deep } }])
      expect(() => decode(json, plugins)).toThrow("decode: the JSON is nested too deep");
    const create = (): never => {
      throw new RangeError("one layer at least");
    };
    expect(() =>
      decode({ kind: "@a/b#c", config: {} }, [{ kind: "@a/b#c", contract: 1, create }]),
    ).toThrow("one layer at least");
  });
});

suite("fans", () => {
  it("count the window of convolutions", () => {
    expect(fans([3, 3, 8, 16])).toEqual({ fanIn: 72, fanOut: 144 });
    expect(fans([34, 16])).toEqual({ fanIn: 34, fanOut: 16 });
    expect(fans([5])).toEqual({ fanIn: 5, fanOut: 5 });
  });
});
