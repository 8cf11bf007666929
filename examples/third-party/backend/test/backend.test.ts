import { add, mul, tensor } from "@nn/core";
import { testBackend } from "@nn/testing";
import { expect, it } from "vitest";
import { deferred } from "../src/index.ts";

testBackend("deferred", () => deferred());

it(
  "works through a hundred thousand waiting operations without overflowing the stack",
  {
    timeout: 60_000,
  },
  async () => {
    let x = tensor(deferred(), [1, 2]);
    for (let i = 0; i < 100_000; i++) x = add(x, 1);
    expect([...(await x.read())]).toEqual([100_001, 100_002]);
  },
);

it("computes a value that is used twice once", async () => {
  let x = tensor(deferred(), 1);
  for (let i = 0; i < 100; i++) x = add(mul(x, 0.5), mul(x, 0.5)); // 2¹⁰⁰ multiplications, if it did not
  expect([...(await x.read())]).toEqual([1]);
});
