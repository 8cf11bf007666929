import {
  add,
  gather,
  jit,
  matmul,
  mean,
  mul,
  scan,
  sub,
  tanh,
  tensor,
  valueAndGradient,
  type Tensor,
} from "@nn/core";
import { PerformanceObserver } from "node:perf_hooks";
import { setTimeout } from "node:timers/promises";
import { expect, test } from "vitest";
import { js } from "../src/index.ts";
import { quarters } from "./numbers.ts";

const backend = js();

type Net = { readonly w1: Tensor; readonly b1: Tensor; readonly w2: Tensor; readonly b2: Tensor };

/** A number of steps of gradient descent, as one loop. */
function training(steps: number): () => Tensor {
  const x = tensor(backend, [
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
  ]);
  const y = tensor(backend, [[0], [1], [1], [0]]);
  const net: Net = {
    w1: quarters(backend, [2, 3], 1),
    b1: quarters(backend, [3], 2),
    w2: quarters(backend, [3, 1], 3),
    b2: quarters(backend, [1], 4),
  };
  const loss = ({ w1, b1, w2, b2 }: Net, inputs: Tensor, targets: Tensor): Tensor => {
    const error = sub(tanh(add(matmul(tanh(add(matmul(inputs, w1), b1)), w2), b2)), targets);
    return mean(mul(error, error));
  };
  const descend = (weights: Tensor, slope: Tensor): Tensor => sub(weights, mul(slope, 0.1));
  const step = (before: Net, rows: Tensor): [Net, Tensor] => {
    const [value, g] = valueAndGradient(loss)(before, gather(x, rows), gather(y, rows));
    const after = {
      w1: descend(before.w1, g.w1),
      b1: descend(before.b1, g.b1),
      w2: descend(before.w2, g.w2),
      b2: descend(before.b2, g.b2),
    };
    return [after, value];
  };
  const rows = tensor(
    backend,
    Int32Array.from({ length: steps * 4 }, (_, i) => i % 4),
    { shape: [steps, 4] },
  );
  const run = jit((start: Net, order: Tensor) => scan(step, start, order)[1]);
  return () => run(net, rows);
}

async function collections(run: () => unknown): Promise<number> {
  let count = 0;
  const observer = new PerformanceObserver((list) => (count += list.getEntries().length));
  observer.observe({ entryTypes: ["gc"] });
  await setTimeout(20);
  count = 0;
  run();
  await setTimeout(20);
  observer.disconnect();
  return count;
}

test("a loop learns, and leaves nothing for the garbage collector however many steps it has", async () => {
  const [short, long] = [training(1_000), training(500_000)];
  for (let i = 0; i < 50; i++) short();
  const few = await collections(short);
  let result: Tensor | undefined;
  const many = await collections(() => (result = long()));
  expect(many).toBeLessThanOrEqual(few + 2);
  const losses = result!.readSync();
  expect(losses.at(-1)).toBeLessThan(losses[0]! / 100);
});

test("a loop of no steps returns its carry", () => {
  const x = tensor(backend, [1, 2]);
  const [last, rows] = jit((a: Tensor) =>
    scan((c: Tensor) => [add(c, 1), c], a, [], { length: 0 }),
  )(x);
  expect([...last.readSync()]).toEqual([1, 2]);
  expect((rows as Tensor).shape).toEqual([0, 2]);
});

test("carries that change places are right after odd and even numbers of steps", () => {
  for (const length of [1, 2, 3, 4]) {
    const turn = jit(
      (a: Tensor, b: Tensor, c: Tensor) =>
        scan(([p, q, r]: readonly Tensor[]) => [[q!, add(r!, 1), p!], []], [a, b, c], [], {
          length,
        })[0],
    );
    let expected = [1, 2, 3];
    for (let i = 0; i < length; i++) expected = [expected[1]!, expected[2]! + 1, expected[0]!];
    const inputs = [1, 2, 3].map((value) => tensor(backend, [value])) as [Tensor, Tensor, Tensor];
    const found = turn(...inputs) as readonly Tensor[];
    expect(found.map((one) => one.readSync()[0])).toEqual(expected);
    expect(inputs.map((one) => one.readSync()[0])).toEqual([1, 2, 3]);
  }
});
