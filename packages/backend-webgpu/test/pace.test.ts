import {
  add,
  argMax,
  div,
  exp,
  jit,
  matmul,
  max,
  mean,
  mul,
  scan,
  scatterAdd,
  sqrt,
  square,
  sub,
  sum,
  tanh,
  tensor,
  valueAndGradient,
  type Backend,
  type Tensor,
} from "@nn/core";
import { afterAll, expect, test } from "vitest";
import { openOne } from "./open.ts";
import { numbers } from "./reference.ts";

const usual = await openOne();
/** A device that is taken for a very slow one: what others do in a millisecond takes it ten seconds. */
const slow = await openOne({ operationsPerMs: 100 });
afterAll(async () => {
  await usual.backend.close?.();
  await slow.backend.close?.();
});

/** What a program gives on both devices, and how it was run there, the first time. */
async function onBoth(program: (on: Backend) => readonly Tensor[]) {
  const run = async ({ backend, device }: typeof usual) => {
    const before = { dispatches: device.dispatches, submissions: device.submissions };
    const results = program(backend);
    const dispatches = device.dispatches - before.dispatches;
    const submissions = device.submissions - before.submissions;
    const values = await Promise.all(results.map((result) => result.read()));
    return { dispatches, submissions, values };
  };
  return { whole: await run(usual), divided: await run(slow) };
}

const programs: readonly [string, (on: Backend) => readonly Tensor[]][] = [
  [
    "a product",
    (on) => {
      const fn = (a: Tensor, b: Tensor) => [tanh(matmul(a, b))];
      return jit(fn)(numbers(on, 1, [130, 70]), numbers(on, 2, [70, 90]));
    },
  ],
  [
    "additions to rows that are not known beforehand",
    (on) => {
      const rows = Int32Array.from({ length: 500 }, (_, i) => (i * 7919) % 97);
      const fn = (x: Tensor, rows: Tensor, y: Tensor) => [scatterAdd(x, rows, y)];
      return jit(fn)(numbers(on, 3, [97, 13]), tensor(on, rows), numbers(on, 4, [500, 13]));
    },
  ],
  [
    "reductions of many elements and of few",
    (on) =>
      jit((x: Tensor) => [sum(exp(x)), max(x, 1), sum(x, 0), argMax(x, 1)])(
        numbers(on, 5, [300, 211]),
      ),
  ],
  [
    "elements one by one, over old ones",
    (on) => jit((x: Tensor) => [add(exp(mul(x, 2)), 1)], { donate: [0] })(numbers(on, 6, [40_001])),
  ],
  [
    "a loop within a loop, whose state changes in place",
    (on) => {
      const inner = (x: Tensor, w: Tensor) =>
        scan(
          (y: Tensor, row: Tensor) => [tanh(add(matmul(y, w), row)), sum(y)],
          x,
          numbers(on, 7, [4, 40]),
        );
      const fn = (x: Tensor, w: Tensor) =>
        scan((y: Tensor) => [mul(inner(y, w)[0], 0.9), sum(y, 1)], x, [], { length: 3 });
      return jit(fn)(numbers(on, 8, [50, 40]), numbers(on, 9, [40, 40]));
    },
  ],
];

test.each(programs)("%s: the same bits, however it is divided", async (_, program) => {
  const { whole, divided } = await onBoth(program);
  expect(divided.values).toEqual(whole.values);
  expect(whole.submissions).toBe(1);
  expect(divided.submissions).toBeGreaterThan(1);
});

test("eight loops may be around a kernel that reads a slice for each, and more are refused", async () => {
  const nest = (c: Tensor, x: Tensor, depth: number): Tensor =>
    depth === 0
      ? add(mul(c, 0.5), x)
      : scan((c: Tensor, row: Tensor) => [nest(c, row, depth - 1), []], c, x)[0];
  const nested = (depth: number) => (on: Backend) => {
    const x = numbers(on, 1, [...Array<number>(depth).fill(2), 300]);
    return [jit((c: Tensor, x: Tensor) => nest(c, x, depth))(numbers(on, 2, [300]), x)];
  };
  const { whole, divided } = await onBoth(nested(8));
  expect(divided.values).toEqual(whole.values);
  expect(() => nested(9)(usual.backend)).toThrow(/add.*9 loops around it.*nest fewer scans/);
});

test("one kernel is dispatched in parts, until the device has shown how quick it is", async () => {
  const fn = jit((a: Tensor, b: Tensor) => [tanh(matmul(a, b))]);
  const product = (on: Backend) => fn(numbers(on, 1, [131, 70]), numbers(on, 2, [70, 90]));
  const { whole, divided } = await onBoth(product);
  expect(whole.dispatches).toBe(1);
  expect(divided.dispatches).toBeGreaterThan(20);
  expect(divided.submissions).toBe(divided.dispatches);
  let later = divided;
  for (let run = 0; run < 50 && later.dispatches > 1; run++)
    later = (await onBoth(product)).divided;
  expect(later.dispatches).toBe(1);
  expect(later.values).toEqual(whole.values);
});

test("a training step of a net of usual size is submitted as a whole, also before anything is measured", async () => {
  const { backend, device } = await openOne();
  const sizes = [784, 256, 256, 10];
  const shapes = sizes.slice(1).map((size, i) => [sizes[i]!, size]);
  const net = (weights: readonly Tensor[], x: Tensor) =>
    mean(square(weights.reduce((y, w) => tanh(matmul(y, w)), x)));
  const step = jit(
    (weights: Tensor[], speeds: Tensor[], scales: Tensor[], x: Tensor) => {
      const [loss, slopes] = valueAndGradient(net)(weights, x);
      const speed = speeds.map((v, i) => add(mul(v, 0.9), mul(slopes[i]!, 0.1)));
      const scale = scales.map((v, i) => add(mul(v, 0.999), mul(square(slopes[i]!), 0.001)));
      const change = speed.map((v, i) => mul(div(v, add(sqrt(scale[i]!), 1e-8)), 0.001));
      return [loss, weights.map((w, i) => sub(w, change[i]!)), speed, scale] as const;
    },
    { donate: [0, 1, 2] },
  );
  const state = () => shapes.map((shape, i) => numbers(backend, i, shape));
  const before = device.submissions;
  const [loss] = step(state(), state(), state(), numbers(backend, 9, [100, 784]));
  expect(device.submissions - before).toBe(1);
  expect(await loss.read()).toEqual(expect.any(Float32Array));
  await backend.close?.();
});
