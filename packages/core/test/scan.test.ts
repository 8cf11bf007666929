import {
  add,
  cast,
  checkpoint,
  gradient,
  jit,
  loop,
  matmul,
  mul,
  print,
  scan,
  sin,
  sum,
  tanh,
  tensor,
  trace,
  vectorize,
  zeros,
  type Tensor,
} from "@nn/core";
import { describe, expect, it } from "vitest";

import { backends } from "./backends.ts";
import {
  expectClose,
  expectGradients,
  expectVectorized,
  random,
  values,
  type Fn,
} from "./check.ts";

describe.each(backends)("on $kind", (backend) => {
  const f64 = (shape: readonly number[], seed = 1): Tensor => random(backend, shape, seed);

  interface Loop {
    readonly title: string;
    readonly fn: Fn;
    readonly inputs: readonly Tensor[];
  }

  /** Carry and stacked results as one tensor, so that both are checked. */
  function both(carry: Tensor, stacked: Tensor): Tensor {
    return add(mul(sum(carry), 0.7), stacked);
  }

  const recurrence = (h: Tensor, x: Tensor, w: Tensor): Tensor => tanh(add(matmul(h, w), x));

  const loops: Loop[] = [
    {
      title: "running sums",
      fn: (x) =>
        both(
          ...scan(
            (total: Tensor, row: Tensor) => [add(total, row), mul(total, row)],
            zeros([2], "f64"),
            x,
          ),
        ),
      inputs: [f64([3, 2])],
    },
    {
      title: "a recurrent layer: captured weights, carried state, stacked inputs",
      fn: (h, x, w) =>
        both(
          ...scan(
            (state: Tensor, row: Tensor) => {
              const next = recurrence(state, row, w!);
              return [next, next];
            },
            h!,
            x,
          ),
        ),
      inputs: [f64([2, 2]), f64([3, 2, 2], 2), f64([2, 2], 3)],
    },
    {
      title: "projections that are hoisted out of the loop",
      fn: (h, x, w) =>
        both(
          ...scan(
            (state: Tensor, row: Tensor) => {
              const next = tanh(add(state, matmul(row, w!)));
              return [next, matmul(row, w!)];
            },
            h!,
            x,
          ),
        ),
      inputs: [f64([2, 3]), f64([3, 2, 2], 2), f64([2, 3], 3)],
    },
    {
      title: "a loop from the end",
      fn: (h, x) =>
        both(
          ...scan((state: Tensor, row: Tensor) => [sin(add(state, row)), mul(state, row)], h!, x!, {
            reverse: true,
          }),
        ),
      inputs: [f64([2]), f64([4, 2], 2)],
    },
    {
      title: "a carry that becomes batched through another one",
      fn: (x, y) => {
        const [carry, stacked] = scan(
          ({ a, b }: { a: Tensor; b: Tensor }, row: Tensor) => [
            { a: add(a, mul(b, 0.5)), b: mul(b, row) },
            mul(a, b),
          ],
          { a: zeros([2], "f64"), b: x },
          y!,
        );
        return both(carry.a, stacked);
      },
      inputs: [f64([2]), f64([3, 2], 2)],
    },
    {
      title: "a counter in the carry",
      fn: (x, y) => {
        const [carry, stacked] = scan(
          ([n, h]: [Tensor, Tensor], row: Tensor): [[Tensor, Tensor], Tensor] => [
            [add(n, 1), mul(h, row)],
            mul(cast(n, "f64"), h),
          ],
          [zeros([], "i32"), x] as [Tensor, Tensor],
          y!,
        );
        return both(carry[1], stacked);
      },
      inputs: [f64([2]), f64([3, 2], 2)],
    },
    {
      title: "no steps",
      fn: (h, x) => add(scan((state: Tensor, row: Tensor) => [mul(state, row), row], h!, x!)[0], 1),
      inputs: [f64([2]), f64([0, 2])],
    },
    {
      title: "no slices",
      fn: (h) =>
        scan((state: Tensor): [Tensor, []] => [sin(mul(state, state)), []], h!, [], {
          length: 3,
        })[0],
      inputs: [f64([2])],
    },
    {
      title: "a loop in a loop",
      fn: (h, x) =>
        both(
          ...scan(
            (outer: Tensor, row: Tensor) => {
              const [next, all] = scan(
                (inner: Tensor, one: Tensor) => [sin(add(inner, mul(one, outer))), inner],
                outer,
                row,
              );
              return [next, sum(all)];
            },
            h!,
            x!,
          ),
        ),
      inputs: [f64([]), f64([2, 3], 2)],
    },
    {
      title: "a checkpointed body",
      fn: (h, x, w) =>
        both(
          ...scan(
            checkpoint((state: Tensor, row: Tensor) => {
              const next = recurrence(state, row, w!);
              return [next, mul(next, row)] as [Tensor, Tensor];
            }),
            h!,
            x!,
          ),
        ),
      inputs: [f64([1, 2]), f64([3, 1, 2], 2), f64([2, 2], 3)],
    },
  ];
  describe.each(loops)("scan: $title", ({ fn, inputs }) => {
    it("has the first and second derivatives of central differences", () =>
      expectGradients(fn, inputs));

    it("equals a loop when vectorized", () => expectVectorized(fn, inputs));

    it("has gradients that equal a loop when vectorized", () => {
      const slope = (all: readonly Tensor[], at: number): Tensor =>
        gradient((x: Tensor) => sum(mul(fn(...all.with(at, x)), f64(fn(...all).shape, 9))))(
          all[at]!,
        );
      inputs.forEach((_, at) => expectVectorized((...all) => slope(all, at), inputs, 1e-9));
    });
  });

  describe("scan", () => {
    const step = (h: Tensor, x: Tensor): [Tensor, Tensor] => [add(mul(h, 0.5), x), mul(h, x)];

    it("equals the loop written out", () => {
      const x = f64([4, 2]);
      const [last, stacked] = scan(step, zeros([2], "f64"), x);
      const rows = values(x);
      let h = [0, 0];
      const expected: number[] = [];
      for (let t = 0; t < 4; t++) {
        expected.push(h[0]! * rows[2 * t]!, h[1]! * rows[2 * t + 1]!);
        h = h.map((v, i) => v * 0.5 + rows[2 * t + i]!);
      }
      expectClose(values(last), h);
      expectClose(values(stacked), expected);
    });

    it("does only what is read of it", () => {
      const x = f64([4, 2]);
      const program = trace((all: Tensor) => {
        const [, stacked] = scan(
          ({ used, idle }: { used: Tensor; idle: Tensor }, row: Tensor) => [
            { used: add(used, row), idle: sin(idle) },
            { sums: used, waste: mul(idle, row) },
          ],
          { used: zeros([2], "f64"), idle: zeros([3, 2], "f64") },
          all,
        );
        return stacked.sums;
      }, x);
      const loop = program.operations.find(({ primitive }) => primitive.name === "scan")!;
      const body = loop.params["body"] as typeof program;
      expect(body.operations.map(({ primitive }) => primitive.name)).toEqual(["add"]);
      expect(loop.outputs.length).toBe(2);
    });

    it("says which part of the carry changes its type, and which slices are too few", () => {
      expect(() =>
        scan((h: { a: Tensor }) => [{ a: cast(h.a, "f64") }, []], { a: zeros([2]) }, [], {
          length: 2,
        }),
      ).toThrow("scan: carry 'a' goes in as f32[2] and comes out as f64[2]");
      expect(() =>
        scan((h: Tensor) => [h, []], zeros([]), { x: zeros([2]), y: zeros([3]) }),
      ).toThrow("scan: xs 'y' is f32[3], expected 2 slices along axis 0");
      expect(() => scan((h: Tensor) => [h, []], zeros([]), [])).toThrow(
        "scan: without xs, pass { length }",
      );
    });

    it("takes gradients through a vectorized loop inside jit", () => {
      const w = f64([2, 2], 4);
      const x = f64([3, 4, 2], 5);
      const loss = (weights: Tensor, all: Tensor): Tensor =>
        sum(
          vectorize(
            (rows: Tensor) =>
              scan(
                (h: Tensor, row: Tensor): [Tensor, []] => [tanh(add(matmul(h, weights), row)), []],
                zeros([1, 2], "f64"),
                rows,
              )[0],
          )(all),
        );
      expectGradients((weights) => loss(weights!, x), [w]);
      expectClose(
        values(jit((a: Tensor) => gradient(loss)(a, x))(w)),
        values(gradient(loss)(w, x)),
      );
    });

    it("keeps NaN of one example out of the others", () => {
      const x = tensor(backend, [
        [1, NaN],
        [2, 3],
      ]);
      const result = vectorize(
        (row: Tensor) =>
          scan((h: Tensor, one: Tensor): [Tensor, []] => [add(h, one), []], zeros([]), row)[0],
      )(x);
      expect(values(result)).toEqual([NaN, 5]);
    });
  });

  describe("loop", () => {
    const sums = (x: Tensor, run: typeof loop): Tensor =>
      run((total: Tensor, row: Tensor) => [add(total, row), total], zeros([2], "f64"), x, {
        reverse: true,
      })[1];

    it("is a scan to backends, with the same program", () => {
      const x = f64([3, 2]);
      const [one, other] = [loop, scan].map((run) =>
        print(trace((all: Tensor) => sums(all, run), x)),
      );
      expect(one).toBe(other);
      expect(values(sums(x, loop))).toEqual(values(sums(x, scan)));
    });

    it("refuses gradients and batches instead of leaving them out", () => {
      const x = f64([3, 2]);
      expect(() => gradient((all: Tensor) => sum(sums(all, loop)))(x)).toThrow(
        "scan has neither a gradient rule nor a lowering",
      );
      expect(() =>
        vectorize((all: Tensor) => sums(all, loop), { axes: [1] })(f64([3, 4, 2])),
      ).toThrow("scan has neither a batching rule nor a lowering");
    });
  });
});
