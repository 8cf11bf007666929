import {
  add,
  matmul,
  mul,
  print,
  scan,
  sigmoid,
  sub,
  sum,
  tanh,
  trace,
  valueAndGradient,
  zeros,
  type Program,
  type Tensor,
} from "@nn/core";
import { expect, test } from "vitest";
import { compileProgram } from "../src/compile/index.ts";
import { explain } from "../src/explain.ts";

const options = {
  target: { relaxed: false, wide: false },
  memory: { shared: false, maximum: 65536 },
  threads: 1,
};

/** A recurrent net over so many steps, with the gradient of its weights. */
function recurrence(length: number): Program {
  const last = (weights: Tensor, xs: Tensor): Tensor =>
    sum(
      scan(
        (state: Tensor, x: Tensor) =>
          [tanh(add(x, matmul(state, weights))), [] as Tensor[]] as const,
        zeros([8, 16]),
        xs,
      )[0],
    );
  const step = valueAndGradient(last);
  return trace(step as never, zeros([16, 16]), zeros([length, 8, 16]));
}

test("the size of a module does not depend on the number of steps", () => {
  const [short, long] = [1000, 10_000].map((length) => compileProgram(recurrence(length), options));
  // Numbers with more digits take a few bytes.
  expect(Math.abs(long!.bytes.length - short!.bytes.length)).toBeLessThan(100);
});

test("what belongs together is one kernel, and equal kernels are one function", () => {
  const layer = (x: Tensor, w: Tensor, b: Tensor): Tensor => sigmoid(add(matmul(x, w), b));
  const program = trace(
    (x: Tensor, w: Tensor, b: Tensor) => layer(layer(layer(x, w, b), w, b), w, b),
    zeros([32, 16]),
    zeros([16, 16]),
    zeros([16]),
  );
  const text = explain(program, options);
  expect(text.split("\n").slice(1), print(program)).toEqual(["  matmul+add+sigmoid (3 of them)"]);
  expect(text).toContain("1 function for 3 kernels");
});

test("a carry is computed in its own place, once everything else has read it", () => {
  const program = trace(
    (w: Tensor, xs: Tensor) =>
      scan(
        (state: Tensor, x: Tensor) => {
          const next = mul(state, 0.5);
          return [next, sum(mul(state, x))] as const;
        },
        w,
        xs,
      ),
    zeros([100]),
    zeros([7, 100]),
  );
  const text = explain(program, options);
  expect(text, text).not.toMatch(/7 times[^]*copy/);
  expect(compileProgram(program, options).sources).toEqual([0, -1]);
});

test("results of one kernel may each take over an input", () => {
  const program = trace(
    (w: Tensor, m: Tensor) => {
      const momentum = mul(m, 0.9);
      return [sub(w, momentum), momentum] as const;
    },
    zeros([100]),
    zeros([100]),
  );
  expect(compileProgram(program, options).sources.toSorted()).toEqual([0, 1]);
});
