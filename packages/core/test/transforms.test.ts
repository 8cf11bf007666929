import { describe, expect, it } from "vitest";
import {
  add,
  checkpoint,
  clip,
  customGradient,
  gradient,
  jacobian,
  jit,
  lower,
  matmul,
  mul,
  ones,
  scan,
  sin,
  square,
  stopGradient,
  sub,
  sum,
  tanh,
  trace,
  valueAndGradient,
  vectorize,
  zeros,
  type Tensor,
} from "@nn/core";
import { peakMemory } from "./peak-memory.ts";
import { backend, f64, finiteDifferences, operationsOf, values } from "./support.ts";

type Net = { w1: Tensor; b1: Tensor; w2: Tensor };
const net: Net = {
  w1: f64([
    [0.3, -0.2, 0.5],
    [0.1, 0.4, -0.6],
  ]),
  b1: f64([0.1, -0.1, 0.2]),
  w2: f64([[0.7], [-0.3], [0.2]]),
};
const predict = (p: Net, x: Tensor): Tensor => matmul(tanh(add(matmul(x, p.w1), p.b1)), p.w2);

describe("jacobian", () => {
  const residuals = (p: Net, x: Tensor, y: Tensor): Tensor => sub(predict(p, x), y);
  const x = f64([
    [0.5, -1],
    [2, 0.3],
    [-0.7, 0.9],
    [1.1, 1.3],
  ]);
  const y = f64([[1], [2], [3], [4]]);

  it("equals finite differences for a dense tanh net", () => {
    const result = jacobian(residuals)(net, x, y);
    expect(result.w1.shape).toEqual([4, 1, 2, 3]);
    for (let row = 0; row < 4; row++) {
      const one = (p: Net): Tensor => {
        const mask = f64([0, 1, 2, 3].map((i) => [i === row ? 1 : 0]));
        return sum(mul(residuals(p, x, y), mask));
      };
      const [b1, w1, w2] = finiteDifferences(one, net);
      const part = (name: keyof Net): number[] => {
        const size = net[name].size;
        return values(result[name]).slice(row * size, (row + 1) * size);
      };
      part("b1").forEach((value, i) => expect(value).toBeCloseTo(b1![i]!, 8));
      part("w1").forEach((value, i) => expect(value).toBeCloseTo(w1![i]!, 8));
      part("w2").forEach((value, i) => expect(value).toBeCloseTo(w2![i]!, 8));
    }
  });

  it("has a program that does not grow with the number of rows", () => {
    const rows = (n: number): number =>
      operationsOf(jacobian(residuals), net, ones([n, 2], "f64"), ones([n, 1], "f64")).length;
    expect(rows(1000)).toBe(rows(10));
  });

  it("is the same row by row through vectorize of a gradient", () => {
    const residual = (p: Net, row: Tensor, target: Tensor): Tensor =>
      sum(sub(predict(p, row), target));
    const rowwise = vectorize(gradient(residual), { axes: [null, 0, 0] });
    const stacked = rowwise(net, f64([[[0.5, -1]], [[2, 0.3]]]), f64([[[1]], [[2]]]));
    const whole = jacobian(residuals)(
      net,
      f64([
        [0.5, -1],
        [2, 0.3],
      ]),
      f64([[1], [2]]),
    );
    expect(values(stacked.w1)).toEqual(values(whole.w1));
  });
});

describe("scan and checkpoint", () => {
  type Cell = { u: Tensor; w: Tensor };
  const cell: Cell = {
    u: f64([
      [0.5, -0.3],
      [0.2, 0.4],
    ]),
    w: f64([[0.6, -0.1]]),
  };
  const makeLoss =
    (wrap: boolean) =>
    (p: Cell, xs: Tensor): Tensor => {
      const body = (h: Tensor, x: Tensor, q: Cell): Tensor =>
        tanh(add(matmul(tanh(add(matmul(h, q.u), matmul(x, q.w))), q.u), h));
      const stepped = wrap ? checkpoint(body) : body;
      const [last] = scan(
        (h: Tensor, x: Tensor) => {
          const next = stepped(h, x, p);
          return [next, sum(next)] as const;
        },
        zeros([3, 2], "f64"),
        xs,
      );
      return sum(square(last));
    };
  const sequence = (steps: number): Tensor =>
    f64(Array.from({ length: steps }, (_, t) => [[Math.sin(t)], [Math.cos(t)], [t / steps]]));

  it("has a program of one length for 10 and 1,000 steps, and so has its gradient", () => {
    for (const fn of [makeLoss(false), gradient(makeLoss(false))])
      expect(operationsOf(fn, cell, ones([1000, 3, 1], "f64"))).toEqual(
        operationsOf(fn, cell, ones([10, 3, 1], "f64")),
      );
  });

  it.each([false, true])("has the gradient of finite differences (checkpoint: %s)", (wrap) => {
    const xs = sequence(7);
    const loss = makeLoss(wrap);
    const found = gradient(loss)(cell, xs);
    const [u, w] = finiteDifferences((p: Cell) => loss(p, xs), cell);
    values(found.u).forEach((value, i) => expect(value).toBeCloseTo(u![i]!, 7));
    values(found.w).forEach((value, i) => expect(value).toBeCloseTo(w![i]!, 7));
  });

  it("needs a third of the memory with checkpoint, over 100 steps", () => {
    const memory = (wrap: boolean): number =>
      peakMemory(
        lower(
          trace(gradient(makeLoss(wrap)), cell, ones([100, 3, 1], "f64")),
          (name) => name !== "checkpoint",
        ),
      );
    expect({ plain: memory(false), checkpointed: memory(true) }).toMatchInlineSnapshot(`
      {
        "checkpointed": 7672,
        "plain": 24464,
      }
    `);
    expect(memory(true)).toBeLessThan(0.35 * memory(false));
  });

  it("saves nothing that the backward pass does not read", () => {
    const linear = (p: Tensor, xs: Tensor): Tensor =>
      scan(
        (h: Tensor, x: Tensor) => [add(mul(h, 0.5), mul(p, x)), zeros([])] as const,
        zeros([]),
        xs,
      )[0];
    const program = trace(gradient(linear), ones([]), ones([10]));
    const [forward] = program.operations.filter(({ primitive }) => primitive.name === "scan");
    expect(program.operations.filter(({ primitive }) => primitive.name === "scan")).toHaveLength(1);
    expect(forward!.params["reverse"]).toBe(true);
  });

  it("differentiates twice", () => {
    const power = (x: Tensor): Tensor =>
      scan((y: Tensor) => [mul(y, x), zeros([])] as const, ones([], "f64"), [], { length: 5 })[0];
    const second = gradient(gradient(power));
    expect(values(second(f64(2)))[0]).toBeCloseTo(20 * 8, 10);
  });

  it("goes in both directions, vectorized or not", () => {
    const sums = (xs: Tensor): Tensor =>
      scan(
        (total: Tensor, x: Tensor) => [add(total, x), add(total, x)] as const,
        zeros([], "f64"),
        xs,
        {
          reverse: true,
        },
      )[1];
    expect(values(sums(f64([1, 2, 3])))).toEqual([6, 5, 3]);
    expect(
      values(
        vectorize(sums)(
          f64([
            [1, 2, 3],
            [4, 5, 6],
          ]),
        ),
      ),
    ).toEqual([6, 5, 3, 15, 11, 6]);
  });
});

describe("functions with a gradient of their own", () => {
  it("customGradient uses the rule, also inside vectorize", () => {
    const bounded = customGradient(
      (x: Tensor) => mul(x, 1),
      (_, __, g): [Tensor] => [clip(g, -1, 1)],
    );
    const loss = (x: Tensor): Tensor => sum(square(bounded(x)));
    expect(values(gradient(loss)(f64([0.25, 3])))).toEqual([0.5, 1]);
    expect(values(vectorize(gradient(loss))(f64([[0.25], [3], [-9]])))).toEqual([0.5, 1, -1]);
  });

  it("customGradient keeps rules apart whose functions are the same", () => {
    const times = (factor: number) =>
      customGradient(square, (_, __, g): [Tensor] => [mul(g, factor)]);
    const loss = (x: Tensor): Tensor => add(times(10)(x), times(100)(x));
    expect(values(gradient(loss)(f64(3)))).toEqual([110]);
    const loop = (x: Tensor, factor: number): Tensor =>
      scan((c: Tensor) => [times(factor)(c), []] as const, x, [], { length: 1 })[0];
    const loops = (x: Tensor): Tensor => add(loop(x, 10), loop(x, 100));
    expect(values(gradient(loops)(f64(3)))).toEqual([110]);
  });

  it("stopGradient passes the value and no gradient", () => {
    const loss = (x: Tensor): Tensor => sum(mul(stopGradient(x), x));
    expect(values(gradient(loss)(f64([3, 4])))).toEqual([3, 4]);
  });

  it("gives the value with everything returned beside it", () => {
    const fn = (x: Tensor) => [sum(square(x)), { twice: mul(x, 2) }] as const;
    const [[value, aux], slope] = valueAndGradient(fn)(f64([1, 2]));
    expect([values(value), values(aux.twice), values(slope)]).toEqual([[5], [2, 4], [2, 4]]);
  });

  it("gradients of any order agree with calculus", () => {
    const third = gradient(gradient(gradient((x: Tensor) => sin(x))));
    expect(values(third(f64(0.7)))[0]).toBeCloseTo(-Math.cos(0.7), 12);
  });

  it("is zero where the parameter plays no part", () => {
    expect(
      values(gradient((p: { a: Tensor; b: Tensor }) => sum(p.a))({ a: f64([1]), b: f64([2]) }).b),
    ).toEqual([0]);
  });
});

describe("jit", () => {
  it("traces once for each form and type of arguments", () => {
    let traced = 0;
    const double = jit((x: Tensor) => {
      traced++;
      return mul(x, 2);
    });
    expect(values(double(f64([1, 2])))).toEqual([2, 4]);
    expect(values(double(f64([5, 6])))).toEqual([10, 12]);
    double(f64([1, 2, 3]));
    expect(traced).toBe(2);
  });

  it("reads tensors it closes over as hidden inputs", () => {
    const offset = f64([10]);
    const shifted = jit((x: Tensor) => add(x, offset));
    expect(values(shifted(f64([1])))).toEqual([11]);
    expect(trace((x: Tensor) => add(x, offset), f64([1])).inputs).toHaveLength(2);
  });

  it("runs constants on the backend of what they meet", () => {
    expect(values(add(f64([1, 2]), mul(ones([2], "f64"), 3)))).toEqual([4, 5]);
    expect(backend.dtypes).toContain("f64");
  });
});
