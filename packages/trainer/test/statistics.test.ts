import {
  add,
  clip,
  describe as describeModel,
  initialize,
  type Callback,
  type Layer,
  type Training,
  maximum,
  mul,
  type ParameterOptions,
  sequential,
  sigmoid as sigmoidOf,
  tanh as tanhOf,
  type Tensor,
  tensor,
  type Variables,
  zeros,
} from "@nn/core";
import { js } from "@nn/backend-js";
import {
  activation,
  constant,
  dense,
  leakyRelu,
  normal,
  relu,
  sigmoid,
  tanh,
} from "@nn/layers-dense";
import { sgd } from "@nn/optimizers";
import { describe, expect, it } from "vitest";
import {
  activationStatistics,
  fit,
  statistics,
  type StatisticsOptions,
  type TrainingFinding,
} from "../src/index.ts";
import { lineData, lineOptions } from "./support.ts";

const backend = js();

/** First values of a model for inputs with so many features. */
function valuesFor(model: Layer, features: number): Variables {
  return initialize(backend, describeModel(model, zeros([1, features])).declarations, 3);
}

/** A layer of which every unit has a bias of its own. */
function biased(...biases: number[]): Layer {
  return {
    kind: "@nn/trainer/test#biased",
    config: {},
    apply: (scope, x) =>
      add(x, add(scope.parameter("bias", [biases.length]), tensor(backend, biases))),
  };
}

/** Three examples of four features. */
const inputs = [
  [0, 1, -1, 0.5],
  [0, 5, 4, 0.25],
  [0, -5, 0.5, -0.5],
];

describe("activationStatistics", () => {
  it("counts what is saturated, and units that are so for every example", async () => {
    const model = sequential({
      shift: biased(9, 0, 0, 0),
      tanh: tanh(),
      relu: relu(),
      scale: activation((x) => mul(x, 0.5)),
    });
    expect(await activationStatistics(model, valuesFor(model, 4), inputs)).toEqual([
      // The first unit thrice, 5, 4 and -5; tanh(1) and tanh(-1) are within.
      { path: "tanh", activation: "tanh", units: 4, saturated: 0.5, dead: 0.25, isOutput: false },
      // -1, -5 and -0.5.
      { path: "relu", activation: "relu", units: 4, saturated: 0.25, dead: 0, isOutput: false },
    ]);
  });

  it("knows sigmoids by both of their limits, and what the model returns", async () => {
    const model = sequential({ shift: biased(-9, 9, 0, 0), sigmoid: sigmoid() });
    const [found] = await activationStatistics(model, valuesFor(model, 4), [[0, 0, 4.5, 4.6]]);
    expect(found).toMatchObject({ activation: "sigmoid", isOutput: true, dead: 0.75 });
  });

  it("takes channels of images as units", async () => {
    const images = { data: Float32Array.of(-1, 1, -2, 2, -3, 3, 4, -4), shape: [1, 2, 2, 2] };
    const model = relu();
    const options = { backend };
    const found = await activationStatistics(model, { parameters: {}, state: {} }, images, options);
    expect(found).toMatchObject([{ path: "", units: 2, saturated: 0.5, dead: 0 }]);
  });

  it("takes a maximum with zero for what it is, and no other", async () => {
    const model = sequential({
      six: activation((x) => clip(x, 0, 6)),
      two: activation((x) => maximum(x, 2)),
    });
    const variables = { parameters: {}, state: {} };
    const found = await activationStatistics(model, variables, inputs, { backend });
    expect(found.map(({ path }) => path)).toEqual(["six"]);
  });

  it("leaves out gates, and what does not depend on the data", async () => {
    const model: Layer = {
      kind: "@nn/trainer/test#gated",
      config: {},
      apply(scope, x) {
        const swish = mul(x, sigmoidOf(mul(x, 1.5)));
        const gelu = mul(mul(x, 0.5), add(tanhOf(mul(x, 0.8)), 1));
        const scale = sigmoidOf(scope.parameter("scale", [4]));
        return add(add(swish, gelu), mul(tanhOf(x), scale));
      },
    };
    const found = await activationStatistics(model, valuesFor(model, 4), inputs);
    expect(found.map((entry) => entry.activation)).toEqual(["tanh"]);
  });

  it("finds nothing in a model without activations", async () => {
    const model = dense(2);
    expect(await activationStatistics(model, valuesFor(model, 4), inputs)).toEqual([]);
  });
});

/** Trains for some epochs, and returns what was found, and what was seen last. */
async function watched(
  model: Layer,
  options: StatisticsOptions & { epochs?: number; rate?: number } = {},
): Promise<{ findings: TrainingFinding[]; watch: ReturnType<typeof statistics> }> {
  const { epochs = 1, rate = 0.01, ...rest } = options;
  const findings: TrainingFinding[] = [];
  const report = (finding: TrainingFinding): void => void findings.push(finding);
  const watch = statistics(model, [2], { report, sample: lineData.inputs, ...rest });
  const optimizer = sgd({ learningRate: rate });
  await fit(lineOptions({ model, epochs, optimizer, callbacks: [watch] }));
  return { findings, watch };
}

function weights(deviation: number): { readonly weights: ParameterOptions } {
  return { weights: { initializer: normal({ deviation }) } };
}

function deep(activation: Layer, depth: number, deviation: number): Layer {
  const hidden = Array.from({ length: depth }, () =>
    dense(16, { activation, ...weights(deviation) }),
  );
  return sequential([...hidden, dense(1)]);
}

describe("statistics", () => {
  it("finds nothing in a model that learns", async () => {
    const { findings, watch } = await watched(deep(relu(), 3, 0.35), { epochs: 3 });
    expect(findings).toEqual([]);
    const { epoch, layers, activations } = watch.latest!;
    expect(epoch).toBe(3);
    expect(layers.map(({ path }) => path)).toEqual(["0", "1", "2", "3"]);
    expect(activations.map(({ path }) => path)).toEqual([
      "0/activation",
      "1/activation",
      "2/activation",
    ]);
  });

  it("measures norms of gradients and weights of each layer in the last step", async () => {
    const model = sequential([dense(1)]);
    const start = initialize(backend, describeModel(model, zeros([1, 2])).declarations, 7);
    // A single step, whose gradient is what it changed.
    const data = { inputs: lineData.inputs.slice(0, 3), targets: lineData.targets.slice(0, 3) };
    const one = statistics(model, [2]);
    const result = await fit(
      lineOptions({
        model,
        data,
        epochs: 1,
        optimizer: sgd({ learningRate: 0.1 }),
        callbacks: [one],
      }),
    );
    const [layer] = one.latest!.layers;
    let squares = 0;
    let change = 0;
    for (const [path, before] of Object.entries(start.parameters)) {
      const [a, b] = [await before.read(), await result.parameters[path]!.read()];
      a.forEach((value: number, i: number) => {
        squares += value ** 2;
        change += ((value - b[i]!) / 0.1) ** 2;
      });
    }
    expect(layer!.weightNorm).toBeCloseTo(Math.sqrt(squares), 5);
    expect(layer!.gradientNorm).toBeCloseTo(Math.sqrt(change), 5);
    expect(layer!.gradientSize).toBeCloseTo(Math.sqrt(change / 3), 5);
    expect(layer!.updateRatio).toBeCloseTo((0.1 * layer!.gradientNorm) / layer!.weightNorm, 5);
    expect(one.latest!.activations).toEqual([]);
  });

  it("finds gradients that vanish on their way back", async () => {
    const { findings } = await watched(deep(sigmoid(), 10, 0.25));
    const vanishing = findings.filter(({ code }) => code === "vanishing");
    expect(vanishing.map(({ path }) => path)).toEqual(
      ["0", "1", "2", "3", "4", "5"].slice(0, vanishing.length),
    );
    expect(vanishing.length).toBeGreaterThan(2);
    const [first] = vanishing;
    expect(first!.figure).toBeLessThan(1e-4);
    expect(first!.message).toMatch(
      /^epoch 1: gradients of '0' are \d\.\de-\d+ times as large as the largest ones$/,
    );
    expect(first!.fix).toContain("relu()");
  });

  it("finds gradients that explode", async () => {
    const { findings } = await watched(deep(leakyRelu(), 3, 2), { rate: 1e-4 });
    expect(findings.map(({ code }) => code)).toContain("exploding");
    const { path, figure, message, fix } = findings.find(({ code }) => code === "exploding")!;
    expect(path).toMatch(/^\d$/);
    expect(figure).toBeGreaterThan(0.1);
    expect(message).toContain(
      `a step along the gradient of '${path}' is ${figure.toPrecision(2)} times`,
    );
    expect(fix).toContain("clip gradients");
  });

  it("finds units that are saturated", async () => {
    const { findings } = await watched(deep(tanh(), 2, 100));
    expect(findings.filter(({ code }) => code === "saturated").map(({ path }) => path)).toEqual([
      "0/activation",
      "1/activation",
    ]);
    expect(findings.find(({ code }) => code === "saturated")!.message).toMatch(
      /^epoch 1: \d+ % of the values behind the tanh of '0\/activation' are at its limits$/,
    );
  });

  it("finds units that are dead", async () => {
    const bias = { initializer: constant(-100) };
    const model = sequential({ hidden: dense(8, { activation: relu(), bias }), last: dense(1) });
    const { findings } = await watched(model);
    const dead = findings.find(({ code }) => code === "dead")!;
    expect(dead).toMatchObject({ path: "hidden/activation", epoch: 1, figure: 1 });
    expect(dead.message).toBe(
      "epoch 1: 100 % of the 8 units of 'hidden/activation' are zero for every example, and learn nothing",
    );
    expect(findings.find(({ code }) => code === "vanishing")).toMatchObject({
      path: "hidden",
      figure: 0,
    });
  });

  it("does not mind when what the model returns is saturated", async () => {
    const model = sequential([dense(4), activation((x: Tensor) => tanhOf(mul(x, 1e4)))]);
    const { findings } = await watched(sequential([model, dense(1)]), { rate: 1e-6 });
    expect(findings.map(({ code }) => code)).toContain("saturated");
    const last = sequential([dense(1), activation((x: Tensor) => tanhOf(mul(x, 1e4)))]);
    const output = await watched(last, { rate: 1e-6 });
    expect(output.findings.filter(({ code }) => code === "saturated" || code === "dead")).toEqual(
      [],
    );
  });

  it("tells of something once as long as it stays so, and again when it comes back", async () => {
    const model = sequential([dense(2), relu(), dense(1)]);
    const findings: number[] = [];
    const watch = statistics(model, [2], {
      sample: lineData.inputs,
      limits: { vanishing: 0, exploding: 1e9, dead: 0.9 },
      report: ({ epoch }) => void findings.push(epoch),
    });
    let training: Training | undefined;
    /** Kills the units, but not in the third epoch. */
    const kill: Callback = {
      start: (run) => void ({ training } = run),
      epoch({ epoch }) {
        const { parameters, state, memory } = training!;
        const bias = epoch === 3 ? 1e3 : -1e3;
        const shifted = { ...parameters, "0/bias": tensor(backend, [bias, bias]) };
        training!.restore(shifted, state, memory);
      },
    };
    const optimizer = sgd({ learningRate: 1e-12 });
    const options = lineOptions({ model, epochs: 6, optimizer, backend });
    await fit({ ...options, callbacks: [kill, watch] });
    expect(findings).toEqual([1, 4]);
  });

  it("looks every so many epochs, and gives logs its probes", async () => {
    const model = sequential([dense(1)]);
    const watch = statistics(model, [2], { every: 2 });
    const seen: (number | undefined)[] = [];
    const names: string[][] = [];
    const listen = {
      epoch({ probes }: { probes: object }) {
        seen.push(watch.latest?.epoch);
        names.push(Object.keys(probes));
      },
    };
    await fit(lineOptions({ model, epochs: 4, callbacks: [watch, listen] }));
    expect(seen).toEqual([undefined, 2, 2, 4]);
    expect(names[0]).toEqual(["gradientNorm/0", "weightNorm/0"]);
  });

  it("watches a model that is a single layer, and what is not frozen", async () => {
    const single = await watched(dense(1));
    expect(single.watch.latest!.layers.map(({ path }) => path)).toEqual([""]);
    const frozen = await watched(sequential([dense(2, { trainable: false }), dense(1)]));
    expect(frozen.watch.latest!.layers.map(({ path }) => path)).toEqual(["1"]);
  });

  it("changes nothing in what is learned", async () => {
    const options = lineOptions({ epochs: 3 });
    const watch = statistics(options.model as Layer, [2], { sample: lineData.inputs });
    const a = await fit(options);
    const b = await fit({ ...options, callbacks: [watch] });
    for (const path in a.parameters)
      expect([...(await b.parameters[path]!.read())]).toEqual([
        ...(await a.parameters[path]!.read()),
      ]);
  });

  it("refuses options that are wrong", () => {
    const make = (options: object) => () => statistics(dense(1), [2], options as StatisticsOptions);
    expect(make({ every: 0 })).toThrow("statistics: every must be a whole number from 1, got 0");
    expect(make({ each: 1 })).toThrow("statistics: there is no option 'each'");
    expect(make({ report: true })).toThrow("statistics: report must be a function, got boolean");
    expect(make({ limits: { dying: 1 } })).toThrow(
      "statistics: limits: there is no option 'dying'",
    );
    expect(make({ limits: { dead: Number.NaN } })).toThrow(
      "statistics: limits.dead must be a finite number from 0, got NaN",
    );
    expect(() => statistics(dense(1), 2 as never)).toThrow(
      "statistics: expected the shape of one example, as in [784], or { shape, dtype }, got 2",
    );
  });
});
