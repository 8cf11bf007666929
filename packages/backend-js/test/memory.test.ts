import {
  add,
  concatenate,
  full,
  gather,
  jit,
  mul,
  neg,
  reshape,
  scan,
  scatterAdd,
  select,
  less,
  slice,
  stack,
  sub,
  sum,
  tanh,
  tensor,
  transpose,
  type Tensor,
} from "@nn/core";
import { expect, test } from "vitest";
import { js } from "../src/index.ts";
import { numbers } from "./numbers.ts";

const backend = js();

function row(...values: number[]): Tensor {
  return tensor(backend, values);
}

function bufferOf(x: Tensor): unknown {
  return x.source.state === "value" ? x.source.buffer : undefined;
}

function read(...tensors: readonly Tensor[]): number[][] {
  const ones = row(1, 1, 1, 1);
  return tensors.map((x) => [...(x.source.state === "constant" ? mul(x, ones) : x).readSync()]);
}

type Loop = (
  body: (
    carry: readonly Tensor[],
    x: readonly Tensor[],
  ) => readonly [readonly Tensor[], readonly Tensor[]],
  carry: readonly Tensor[],
  xs: readonly Tensor[],
) => readonly Tensor[];

const asScan: Loop = (body, carry, xs) =>
  scan(body as never, carry, xs, { length: 3 }).flat() as Tensor[];

/** The same as `asScan`, step by step. */
const unrolled: Loop = (body, carry, xs) => {
  const rows: Tensor[][] = [];
  let carried = carry;
  for (let i = 0; i < 3; i++) {
    const [next, y] = body(
      carried,
      xs.map((x) => reshape(slice(x, [i, 0], [1, 4]), [4])),
    );
    carried = next;
    y.forEach((one, k) => (rows[k] ??= []).push(one));
  }
  return [...carried, ...rows.map((one) => stack(one))];
};

/** Applies random functions to values f32[4] and returns some values, inputs and repeated ones among them. */
function randomFunction(
  seed: number,
  loop: Loop,
): (inputs: readonly Tensor[]) => readonly Tensor[] {
  const run = (
    next: (limit: number) => number,
    inputs: readonly Tensor[],
    count: number,
    depth: number,
  ): Tensor[] => {
    const values = [...inputs, full([4], next(5))];
    const pick = (): Tensor => values[next(values.length)]!;
    for (let i = 0; i < count; i++) {
      const choice = next(depth > 0 ? 12 : 9);
      if (choice === 0) values.push(add(pick(), pick()));
      else if (choice === 1) values.push(sub(pick(), mul(pick(), 0.5)));
      else if (choice === 2) values.push(tanh(pick()));
      else if (choice === 3) values.push(neg(pick()));
      else if (choice === 4) values.push(reshape(transpose(reshape(pick(), [2, 2])), [4]));
      else if (choice === 5)
        values.push(
          add(sum(reshape(pick(), [4, 1]), 1), slice(concatenate([pick(), pick()]), [2], [4])),
        );
      else if (choice === 6) values.push(select(less(pick(), pick()), pick(), pick()));
      else if (choice === 7)
        values.push(
          scatterAdd(pick(), tensor(backend, [3, 1], { dtype: "i32" }), slice(pick(), [1], [2])),
        );
      else if (choice === 8)
        values.push(gather(pick(), tensor(backend, [3, 3, 9, 0], { dtype: "i32" })));
      else {
        const bodySeed = next(1e6);
        const captured = pick();
        const carry = Array.from({ length: 1 + next(3) }, pick);
        const xs = Array.from({ length: next(3) }, () => stack([pick(), pick(), pick()]));
        const results = loop(
          (c, x) => {
            const draw = numbers(bodySeed);
            const made = run(draw, [...c, ...x, captured], 4, depth - 1);
            const choose = (): Tensor => made[draw(made.length)]!;
            return [c.map(choose), Array.from({ length: draw(3) }, choose)];
          },
          carry,
          xs,
        );
        for (const one of results)
          values.push(one.shape.length === 1 ? one : reshape(slice(one, [1, 0], [1, 4]), [4]));
      }
    }
    return values;
  };
  return (inputs) => {
    const next = numbers(seed);
    const values = run(next, inputs, 8, 2);
    return Array.from({ length: 4 }, () => values[next(values.length)]!);
  };
}

test("a program gives what its operations give one by one, however its values share memory", () => {
  for (let seed = 0; seed < 400; seed++) {
    const inputs = [row(1, -2, 3, 0.5), row(0.1, 0.2, -0.3, 0.4), row(2, 2, 2, 2)];
    const expected = read(...randomFunction(seed, unrolled)(inputs));
    const before = read(...inputs);
    const whole = jit((...args: Tensor[]) => randomFunction(seed, asScan)(args));
    const first = whole(...inputs);
    expect(read(...first), `seed ${seed}`).toEqual(expected);
    expect(read(...inputs), `inputs of seed ${seed}`).toEqual(before);
    const second = whole(...inputs.toReversed());
    expect(read(...first), `earlier outputs of seed ${seed}`).toEqual(expected);
    const buffers = [...inputs, ...first, ...second].map(bufferOf);
    expect(new Set(buffers).size, `buffers of seed ${seed}`).toBe(buffers.length);
    const donating = jit((...args: Tensor[]) => randomFunction(seed, asScan)(args), {
      donate: [0, 2],
    });
    const copies = inputs.map((x) => add(x, 0));
    const donated = donating(...copies);
    expect(read(...donated), `donation of seed ${seed}`).toEqual(expected);
    expect(new Set([copies[1]!, ...donated].map(bufferOf)).size).toBe(1 + donated.length);
  }
});

test("an output that is an input, or another output under another shape, has memory of its own", () => {
  const x = row(1, 2, 3, 4);
  const outputs = jit((a: Tensor) => {
    const b = neg(a);
    return [a, reshape(a, [2, 2]), b, reshape(b, [2, 2]), b];
  })(x);
  expect(read(...outputs)).toEqual([
    [1, 2, 3, 4],
    [1, 2, 3, 4],
    [-1, -2, -3, -4],
    [-1, -2, -3, -4],
    [-1, -2, -3, -4],
  ]);
  expect(new Set([x, ...outputs].map(bufferOf)).size).toBe(6);
});

test("a donated input's array becomes the output where that is safe", () => {
  const step = jit((w: Tensor, g: Tensor) => sub(w, mul(g, 0.1)), { donate: [0] });
  const w = row(1, 2);
  const before = bufferOf(w);
  const after = step(w, row(10, 20));
  expect(bufferOf(after)).toBe(before);
  expect(read(after)).toEqual([[0, 0]]);
  expect(() => w.readSync()).toThrow("donated");
});

test("a donated input that is still read after the output was written is not written to", () => {
  const fn = jit((a: Tensor) => [neg(a), add(a, 1)], { donate: [0] });
  expect(read(...fn(row(1, 2)))).toEqual([
    [-1, -2],
    [2, 3],
  ]);
});

test("a donated carry of scan is updated where it is", () => {
  const loop = jit(
    (w: Tensor, x: Tensor) => scan((c: Tensor, one: Tensor) => [add(c, one), []], w, x)[0],
    { donate: [0] },
  );
  const w = row(1, 2);
  const before = bufferOf(w);
  const after = loop(
    w,
    tensor(backend, [
      [1, 1],
      [2, 2],
      [3, 3],
    ]),
  );
  expect(bufferOf(after)).toBe(before);
  expect(read(after)).toEqual([[7, 8]]);
});

test("a value that is read while its operation writes is not written to", () => {
  const x = row(1, 2, 3, 4);
  const order = tensor(backend, [3, 2, 1, 0], { dtype: "i32" });
  const turned = jit((a: Tensor) => {
    const b = neg(a);
    return scatterAdd(b, order, b);
  });
  expect(read(turned(x))).toEqual([[-5, -5, -5, -5]]);
  const summed = jit((a: Tensor) => {
    const b = neg(a);
    return scan((c: Tensor, one: Tensor) => [add(c, one), []], b, b)[0];
  });
  expect(read(summed(x))).toEqual([[-11, -12, -13, -14]]);
});

test("programs that share the scratch memory do not disturb each other when it grows", () => {
  const own = js();
  const small = jit((x: Tensor) => sum(tanh(mul(tanh(x), 2))));
  const a = tensor(own, [0.5, -1]);
  const expected = small(a).readSync();
  jit((x: Tensor) => sum(tanh(mul(tanh(x), 2))))(tensor(own, new Float32Array(100_000)));
  expect(small(a).readSync()).toEqual(expected);
});
