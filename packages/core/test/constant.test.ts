import { add, full, mul, place } from "@nn/core";
import { expect, test } from "vitest";

import { values } from "./check.ts";
import { naive } from "./naive.ts";

test("a constant that is used many times is computed once", async () => {
  let x = full([], 1 + 2 ** -50, "f64");
  for (let i = 0; i < 50; i++) x = mul(x, x);
  expect(values(await place(naive(), x))[0]).toBeCloseTo(Math.E, 6);
});

test("chains of constants may be as long as they like", async () => {
  let x = full([], 0, "f64");
  for (let i = 0; i < 20_000; i++) x = add(x, 1);
  expect(values(await place(naive(), x))).toEqual([20_000]);
});
