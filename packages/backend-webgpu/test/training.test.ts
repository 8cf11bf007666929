import { js } from "@nn/backend-js";
import {
  add,
  gather,
  iota,
  jit,
  logSoftmax,
  matmul,
  mean,
  mul,
  neg,
  oneHot,
  reshape,
  relu,
  scan,
  square,
  sub,
  sum,
  tanh,
  tensor,
  valueAndGradient,
  type Backend,
  type Tensor,
} from "@nn/core";
import { expect, test } from "vitest";
import { memory, open, openOne } from "./open.ts";
import { random } from "./reference.ts";

const { backend } = await open();

type Weights = { readonly [name: string]: Tensor };

/** A tensor of small numbers, the same on every backend. */
function weights(on: Backend, next: () => number, shape: readonly number[], scale: number): Tensor {
  const size = shape.reduce((product, length) => product * length, 1);
  return tensor(
    on,
    Float32Array.from({ length: size }, () => (next() * 2 - 1) * scale),
    { shape },
  );
}

/** Numbers of the device and of the oracle agree to a part of the larger one's magnitude, or of 1. */
function expectClose(
  actual: ArrayLike<number>,
  wanted: ArrayLike<number>,
  tolerance: number,
  what: string,
): void {
  expect(actual.length).toBe(wanted.length);
  for (let i = 0; i < wanted.length; i++) {
    const error = Math.abs(actual[i]! - wanted[i]!) / Math.max(1, Math.abs(wanted[i]!));
    if (!(error <= tolerance)) expect(actual[i], `${what} ${i}, off by ${error}`).toBe(wanted[i]);
  }
}

function update<W extends Weights>(
  weights: W,
  change: (name: string, weight: Tensor) => Tensor,
): W {
  return Object.fromEntries(
    Object.entries(weights).map(([name, weight]) => [name, change(name, weight)]),
  ) as W;
}

/** XOR with 2-3-1 tanh, the mean squared error and gradient descent. */
function xor(on: Backend): { x: Tensor; y: Tensor; start: Weights } {
  const next = random(21);
  return {
    x: tensor(on, [
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ]),
    y: tensor(on, [[0], [1], [1], [0]]),
    start: {
      w1: weights(on, next, [2, 3], 1),
      b1: weights(on, next, [3], 0.1),
      w2: weights(on, next, [3, 1], 1),
      b2: weights(on, next, [1], 0.1),
    },
  };
}

function predict({ w1, b1, w2, b2 }: Weights, x: Tensor): Tensor {
  return tanh(add(matmul(tanh(add(matmul(x, w1!), b1!)), w2!), b2!));
}

function xorStep(weights: Weights, x: Tensor, y: Tensor): { loss: Tensor; weights: Weights } {
  const loss = (w: Weights, x: Tensor, y: Tensor): Tensor => mean(square(sub(predict(w, x), y)));
  const [value, slopes] = valueAndGradient(loss)(weights, x, y);
  return {
    loss: value,
    weights: update(weights, (name, weight) => sub(weight, mul(slopes[name]!, 0.5))),
  };
}

test("every step of XOR agrees with the reference backend's from the same state", async () => {
  const reference = js();
  const [mine, theirs] = [xor(backend), xor(reference)];
  const step = jit(xorStep);
  let current = theirs.start;
  for (let i = 0; i < 60; i++) {
    const wanted = step(current, theirs.x, theirs.y);
    const copies = Object.entries(current).map(([name, w]) => [
      name,
      tensor(backend, w.readSync(), { shape: w.shape }),
    ]);
    const actual = step(Object.fromEntries(copies) as Weights, mine.x, mine.y);
    expectClose(await actual.loss.read(), wanted.loss.readSync(), 1e-6, `loss of step ${i}:`);
    for (const [name, w] of Object.entries(actual.weights))
      expectClose(await w.read(), wanted.weights[name]!.readSync(), 1e-6, `${name} of step ${i}:`);
    current = wanted.weights;
  }
});

test("XOR is learned, and training leaves no memory behind", async () => {
  const { backend: own, device } = await openOne();
  const step = jit(xorStep, { donate: [0] });
  const train = async (steps: number): Promise<number[]> => {
    const { x, y, start } = xor(own);
    let current = start;
    for (let i = 0; i < steps; i++) {
      const { loss, weights } = step(current, x, y);
      loss.dispose();
      current = weights;
    }
    const output = jit(predict)(current, x);
    const values = await output.read();
    for (const t of [x, y, output, ...Object.values(current)]) t.dispose();
    return [...values];
  };
  await train(1); // The constants of compiled programs stay.
  const before = memory(device);
  const outputs = await train(250);
  expect(memory(device)).toEqual(before);
  await own.close?.();
  expect(outputs.map((p) => Math.round(p))).toEqual([0, 1, 1, 0]);
});

test("XOR trains the same as one scan, and gives the same bits again", async () => {
  const steps = 100;
  const chunk = jit((weights: Weights, x: Tensor, y: Tensor) =>
    scan(
      (current: Weights) => {
        const { loss, weights } = xorStep(current, x, y);
        return [weights, loss];
      },
      weights,
      iota(steps),
    ),
  );
  const losses = async (on: Backend): Promise<Float32Array> => {
    const { x, y, start } = xor(on);
    return (await chunk(start, x, y)[1].read()) as Float32Array;
  };
  const first = await losses(backend);
  expect(await losses(backend)).toEqual(first);
  // Where the loss falls steeply, differences in the last bit grow from step to step.
  expectClose(first, await losses(js()), 2e-4, "loss of step");
  expect(first[steps - 1]!).toBeLessThan(first[0]!);
});

/** Three kinds of noisy points in eight dimensions. */
const rows = 96;
const classes = 3;

function points(on: Backend): { x: Tensor; labels: Tensor } {
  const next = random(22);
  const label = (row: number): number => row % classes;
  const x = Float32Array.from(
    { length: rows * 8 },
    (_, i) => next() - 0.5 + (i % 8 === label(i >> 3) ? 1 : 0),
  );
  return {
    x: tensor(on, x, { shape: [rows, 8] }),
    labels: tensor(
      on,
      Int32Array.from({ length: rows }, (_, row) => label(row)),
    ),
  };
}

function network(on: Backend): Weights {
  const next = random(23);
  return {
    w1: weights(on, next, [8, 16], 0.6),
    b1: weights(on, next, [16], 0.1),
    w2: weights(on, next, [16, 12], 0.5),
    b2: weights(on, next, [12], 0.1),
    w3: weights(on, next, [12, classes], 0.5),
    b3: weights(on, next, [classes], 0.1),
  };
}

function crossEntropy({ w1, b1, w2, b2, w3, b3 }: Weights, x: Tensor, labels: Tensor): Tensor {
  const first = relu(add(matmul(x, w1!), b1!));
  const second = relu(add(matmul(first, w2!), b2!));
  const scores = add(matmul(second, w3!), b3!);
  return mean(neg(sum(mul(logSoftmax(scores), oneHot(labels, classes)), -1)));
}

/** A chunk of steps with momentum, whose batches are gathered by row, and whose rate changes from step to step. */
const chunk = jit(
  (
    state: { weights: Weights; speed: Weights },
    x: Tensor,
    labels: Tensor,
    steps: { rows: Tensor; rate: Tensor },
  ) =>
    scan(
      (current: typeof state, { rows: batch, rate }: typeof steps) => {
        const [loss, slopes] = valueAndGradient(crossEntropy)(
          current.weights,
          gather(x, batch),
          gather(labels, batch),
        );
        const speed = update(current.speed, (name, v) => add(mul(v, 0.9), slopes[name]!));
        const weights = update(current.weights, (name, w) => sub(w, mul(speed[name]!, rate)));
        return [{ weights, speed }, loss];
      },
      state,
      steps,
    ),
  { donate: [0] },
);

test("a dense ReLU net trains with momentum as on the reference backend", async () => {
  const [steps, batch] = [40, 24];
  const train = async (on: Backend): Promise<{ losses: Float32Array; w1: Float32Array }> => {
    const next = random(24);
    const { x, labels } = points(on);
    const start = network(on);
    const order = Int32Array.from({ length: steps * batch }, () => Math.floor(next() * rows));
    const schedule = {
      rows: tensor(on, order, { shape: [steps, batch] }),
      rate: tensor(
        on,
        Float32Array.from({ length: steps }, (_, i) => 0.1 / (1 + i / 20)),
      ),
    };
    const speed = update(start, (_, w) => tensor(on, new Float32Array(w.size), { shape: w.shape }));
    const [state, losses] = chunk({ weights: start, speed }, x, labels, schedule);
    const result = {
      losses: (await losses.read()) as Float32Array,
      w1: (await reshape(state.weights["w1"]!, [8 * 16]).read()) as Float32Array,
    };
    for (const t of [
      x,
      labels,
      losses,
      ...Object.values(schedule),
      ...Object.values(state.weights),
      ...Object.values(state.speed),
    ])
      t.dispose();
    return result;
  };
  const ours = await train(backend);
  const theirs = await train(js());
  expectClose(ours.losses, theirs.losses, 1e-4, "loss of step");
  expectClose(ours.w1, theirs.w1, 1e-3, "weight");
  expect(ours.losses[0]!).toBeGreaterThan(0.8);
  expect(ours.losses.slice(-5).every((loss) => loss < 0.3)).toBe(true);
});
