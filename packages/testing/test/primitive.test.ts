import {
  add,
  definePrimitive,
  div,
  mul,
  sqrt,
  TensorError,
  type Primitive,
  sameType,
} from "@nn/core";
import {
  brokenPrimitives,
  operand,
  primitiveChecks,
  runChecks,
  testPrimitive,
  type PrimitiveSpec,
} from "@nn/testing";
import { describe, expect, it } from "vitest";

/** √(a² + b²) + offset, of two tensors of one type. */
const hypot: Primitive<{ readonly offset: number }> = definePrimitive({
  name: "@nn/testing-example#hypot",
  contract: 1,
  type([a, b]) {
    if (!sameType(a!, b!)) throw new TensorError("hypot: takes two tensors of one type");
    return [a!];
  },
  lower: ([a, b], { offset }) => [add(sqrt(add(mul(a!, a!), mul(b!, b!))), offset)],
  gradient: ({ inputs: [a, b], outputs: [y], cotangents: [g], params: { offset } }) => {
    const scale = div(g!, add(y!, -offset));
    return [mul(scale, a!), mul(scale, b!)];
  },
});

const spec: PrimitiveSpec<{ readonly offset: number }> = {
  primitive: hypot,
  generate(random) {
    const shape = [[], [3], [2, 3]][Math.floor(random() * 3)]!;
    const numbers = (): number[] =>
      Array.from({ length: 6 }, () => 0.5 + random()).slice(
        0,
        shape.reduce((a, b) => a * b, 1),
      );
    return {
      inputs: [operand("f64", shape, numbers()), operand("f64", shape, numbers())],
      params: { offset: Math.floor(random() * 3) },
    };
  },
  known: [
    {
      inputs: [operand("f32", [2], [3, 5]), operand("f32", [2], [4, 12])],
      params: { offset: 1 },
      expected: [[6, 14]],
    },
  ],
  refused: [
    { inputs: [operand("f32", [1], [3]), operand("f64", [1], [4])], params: { offset: 0 } },
  ],
};

testPrimitive(spec);

describe("testPrimitive rejects a primitive where", () => {
  for (const broken of brokenPrimitives(spec))
    it(broken.name, async () => {
      const { failures } = await runChecks(primitiveChecks(broken.spec));
      expect(failures).not.toHaveLength(0);
    });
  it("params are not plain data", async () => {
    const generate: typeof spec.generate = (random) => ({
      ...spec.generate(random),
      params: { offset: Infinity },
    });
    const { failures } = await runChecks(primitiveChecks({ ...spec, generate }));
    expect(failures.map(({ check }) => check)).toContain("has params that are plain data");
  });
});
