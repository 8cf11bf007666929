import { add, gather, iota, jit, tensor, type Tensor } from "@nn/core";
import { expect, test } from "vitest";
import { open } from "./open.ts";

const { backend } = await open();

test("constant indices that are made of each other a hundred times over are worked out once each", async () => {
  const pick = jit((x: Tensor) => {
    let indices: Tensor = iota(3);
    for (let i = 0; i < 100; i++) indices = add(indices, indices);
    return gather(x, indices);
  });
  // As integers of 32 bits, they are all 0 in the end.
  expect(await pick(tensor(backend, [5, 6, 7])).read()).toEqual(Float32Array.of(5, 5, 5));
});
