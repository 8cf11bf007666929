import {
  add,
  div,
  exp,
  gather,
  iota,
  matmul,
  max,
  mean,
  mul,
  relu,
  reshape,
  scan,
  sigmoid,
  sqrt,
  square,
  sub,
  sum,
  tanh,
  trace,
  valueAndGradient,
  zeros,
  type Tensor,
} from "@nn/core";
import { expect, test } from "vitest";
import { compileProgram } from "../src/compile/index.ts";
import { openBackend } from "../src/webgpu.ts";
import { openBoth, resultsOf } from "./both.ts";

const { halved, exact, both } = await openBoth();

/** A loss of an input and weights. */
interface Net {
  (x: Tensor, weights: readonly Tensor[]): Tensor;
}

/** Dense layers with tanh. */
const deep: Net = (x, weights) =>
  mean(square(weights.reduce((y: Tensor, w) => tanh(matmul(y, w)), x)));

/** Two convolutions of 1 × 3, made of windows, with a maximum between them. */
const convolution: Net = (x, [first, second]) => {
  const windows = (y: Tensor, count: number): Tensor => {
    const cells = add(reshape(iota(count), [count, 1]), iota(3));
    const found = gather(y, cells, 1);
    return reshape(found, [y.shape[0]! * count, 3 * y.shape[2]!]);
  };
  const batch = x.shape[0]!;
  const y = relu(reshape(matmul(windows(x, 18), first!), [batch, 9, 2, 8]));
  const z = matmul(windows(max(y, 2), 7), second!);
  return mean(square(sub(z, 0.5)));
};

/** A recurrent layer of gated units. */
const recurrent: Net = (x, [input, state]) => {
  const start = zeros([x.shape[1]!, state!.shape[0]!]);
  const step = (c: Tensor, row: Tensor): [Tensor, []] => {
    const gate = sigmoid(add(matmul(row, input!), matmul(c, state!)));
    return [add(mul(gate, c), mul(sub(1, gate), tanh(matmul(row, input!)))), []];
  };
  return mean(square(scan(step, start, x)[0]));
};

test.each([
  [
    "dense",
    deep,
    [128, 16],
    [
      [16, 32],
      [32, 32],
      [32, 10],
    ],
  ],
  [
    "convolution",
    convolution,
    [64, 20, 4],
    [
      [12, 8],
      [24, 6],
    ],
  ],
  [
    "recurrent",
    recurrent,
    [5, 64, 8],
    [
      [8, 32],
      [32, 32],
    ],
  ],
] as [string, Net, number[], number[][]][])(
  "gradients agree with those of floats, and are the same bits each time: %s",
  async (_, net, shape, weightShapes) => {
    const fn = (x: Tensor, ...weights: Tensor[]): Tensor[] => {
      const scaled = weights.map((w) => mul(w, 1 / Math.sqrt(w.shape[0]!)));
      const [loss, slopes] = valueAndGradient((w: Tensor[]) => net(x, w))(scaled);
      return [loss, ...slopes];
    };
    const [got, want] = await both(fn, shape, ...weightShapes);
    expect(await resultsOf(halved, fn, [shape, ...weightShapes])).toEqual(got);
    expect(got).not.toEqual(want);
    got.forEach((values, i) => {
      // Not the largest: where two values under a maximum become the same, they share its slope.
      const sizes = want[i]!.reduce((total, x) => total + Math.abs(x), 0);
      const errors = values.reduce((total, x, at) => total + Math.abs(x - want[i]![at]!), 0);
      expect(errors / sizes, `result ${i}`).toBeLessThan(4e-3);
    });
  },
);

test("a net learns about as well", async () => {
  const train = (x: Tensor, ...start: Tensor[]): Tensor[] => {
    const target = sum(mul(x, add(mul(iota(16, "f32"), 0.1), -0.5)), 1, { keepDims: true });
    const loss = (w: Tensor[]): Tensor => {
      const hidden = relu(matmul(relu(matmul(x, w[0]!)), w[1]!));
      return mean(square(sub(matmul(hidden, w[2]!), tanh(target))));
    };
    const zero = start.map((w) => mul(w, 0));
    const [, losses] = scan(
      ({ w, m, v }: Record<"w" | "m" | "v", Tensor[]>) => {
        const [value, slopes] = valueAndGradient(loss)(w);
        const means = m.map((one, i) => add(mul(one, 0.9), mul(slopes[i]!, 0.1)));
        const squares = v.map((one, i) => add(mul(one, 0.99), mul(square(slopes[i]!), 0.01)));
        const next = w.map((one, i) =>
          sub(one, div(mul(means[i]!, 0.01), add(sqrt(squares[i]!), 1e-6))),
        );
        return [{ w: next, m: means, v: squares }, value];
      },
      { w: start.map((w) => mul(w, 0.2)), m: zero, v: zero },
      iota(60),
    );
    return [losses];
  };
  const shapes = [
    [128, 16],
    [16, 32],
    [32, 32],
    [32, 1],
  ];
  const [[got], [want]] = await both(train, ...shapes);
  expect(got).not.toEqual(want);
  expect(got![59]!).toBeLessThan(want![0]! / 20);
  expect(Math.abs(got![59]! / want![59]! - 1)).toBeLessThan(0.1);
});

test("with products of TensorFlow.js, whose operands and results stay floats", async () => {
  const { backend } = await openBackend({ storage: "f16" }, { largeProduct: 1000 });
  const fn = (x: Tensor, a: Tensor, b: Tensor): Tensor[] => [
    matmul(tanh(matmul(x, a)), b),
    mul(exp(matmul(x, b)), 0.1),
  ];
  const shapes = [
    [40, 32],
    [32, 32],
    [32, 32],
  ];
  const [got, want] = await Promise.all([backend, exact].map((on) => resultsOf(on, fn, shapes)));
  got!.forEach((values, i) => values.forEach((x, at) => expect(x).toBeCloseTo(want![i]![at]!, 3)));
  await backend.close?.();
});

test("a deep net's training step needs about half the memory on the way", () => {
  const layers = Array.from({ length: 12 }, () => zeros([64, 64]));
  const step = (x: Tensor, ...weights: Tensor[]): readonly Tensor[] =>
    valueAndGradient((w: Tensor[]) => deep(x, w))(weights)[1];
  const program = trace(step, zeros([2048, 64]), ...layers);
  const [floats, halves] = (["f32", "f16"] as const).map((storage) =>
    compileProgram(program, { segment: 2 ** 24, buffers: 10, long: Infinity, storage }),
  );
  expect(halves!.words / floats!.words).toBeLessThan(0.55);
  expect(halves!.kernels.length).toBe(floats!.kernels.length);
});
