import { ones } from "@nn/core";
import { operand, testPrimitive } from "@nn/testing";
import { expect, it } from "vitest";
import { squaredDistances, squaredDistancesPrimitive } from "../src/index.ts";

testPrimitive({
  primitive: squaredDistancesPrimitive,
  generate(random) {
    const length = (): number => 1 + Math.floor(random() * 4);
    const [n, m, features] = [length(), length(), length()];
    const leading = random() < 0.5 ? [] : [length()];
    const rows = (count: number) => {
      const shape = [...leading, count, features];
      const size = shape.reduce((product, n) => product * n, 1);
      return operand(
        "f32",
        shape,
        Array.from({ length: size }, () => 2 * random() - 1),
      );
    };
    return { inputs: [rows(n), rows(m)], params: {} };
  },
  known: [
    {
      inputs: [operand("f32", [2, 2], [0, 0, 3, 4]), operand("f32", [3, 2], [0, 0, 0, 1, 3, 0])],
      params: {},
      expected: [[0, 1, 9, 25, 18, 16]],
    },
  ],
  refused: [
    { inputs: [operand("f32", [1, 1], [0]), operand("f64", [1, 1], [0])], params: {} },
    { inputs: [operand("f32", [1], [0]), operand("f32", [1], [0])], params: {} },
    { inputs: [operand("f32", [1, 1], [0]), operand("f32", [1, 2], [0, 0])], params: {} },
  ],
});

it("names both operands when they do not fit", () => {
  expect(() => squaredDistances(ones([2, 3]), ones([2, 4]))).toThrow(
    "takes [..., n, features] and [..., m, features] of one dtype, got f32[2,3] and f32[2,4]",
  );
});
