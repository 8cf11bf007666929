import { describe, expect, it } from "vitest";
import {
  add,
  clean,
  concatenate,
  definePrimitive,
  apply,
  exp,
  full,
  lower,
  mul,
  ones,
  print,
  programKey,
  sub,
  sum,
  trace,
  withPath,
  tensor,
  zeros,
  gradient,
  vectorize,
  type Tensor,
} from "@nn/core";
import { js } from "@nn/backend-js";
import { backend, f64, operationsOf, printed, values } from "./support.ts";

describe("clean-up", () => {
  it("drops what is not used and shares what is equal", () => {
    expect(operationsOf((x: Tensor) => (exp(x), add(mul(x, x), mul(x, x))), ones([2]))).toEqual([
      "mul",
      "add",
    ]);
  });

  it("folds constants with the rounding of their dtype", () => {
    const text = printed((x: Tensor) => add(x, mul(full([], 0.1), full([], 3))), ones([2]));
    expect(text).toContain(`value=${Math.fround(Math.fround(0.1) * 3)}`);
    expect(operationsOf((x: Tensor) => mul(add(x, -0), 1), ones([2]))).toEqual([]);
  });

  it("keeps x + 0, which turns -0 into 0", () => {
    expect(operationsOf((x: Tensor) => add(x, 0), ones([2]))).toEqual(["full", "add"]);
  });

  it("does not reassociate sums", () => {
    expect(operationsOf((x: Tensor) => sub(add(x, 1e20), 1e20), ones([]))).toEqual([
      "full",
      "add",
      "sub",
    ]);
  });

  it("does not fold what would leave the range of i32", () => {
    const big = full([], 2 ** 31 - 1, "i32");
    expect(operationsOf((x: Tensor) => add(x, mul(big, big)), zeros([], "i32"))).toEqual([
      "full",
      "mul",
      "add",
    ]);
  });

  it("gives equal programs equal keys, whatever their layer paths", () => {
    const plain = trace((x: Tensor) => mul(exp(x), 2), ones([3]));
    const inLayer = trace((x: Tensor) => withPath([x], "layer", () => mul(exp(x), 2)), ones([3]));
    expect(programKey(plain)).toBe(programKey(inLayer));
    expect(programKey(plain)).not.toBe(programKey(trace((x: Tensor) => mul(exp(x), 3), ones([3]))));
    expect(programKey(clean(plain))).toBe(programKey(plain));
  });
});

describe("the printout", () => {
  it("lists operations with their types, params and layer paths", () => {
    const program = trace(
      (x: Tensor) => withPath([x], "scale", () => sum(mul(x, 2), 0)),
      ones([3, 2]),
    );
    expect(print(program)).toMatchInlineSnapshot(`
      "(%0: f32[3,2]) {
        %1: f32[] = full shape=[] dtype="f32" value=2                             scale
        %2: f32[3,2] = mul %0 %1                                                  scale
        %3: f32[2] = sum %2 axes=[0]                                              scale
        return %3
      }"
    `);
  });
});

describe("a primitive of somebody else's", () => {
  const cube = definePrimitive({
    name: "@acme/math#cube",
    contract: 1,
    type: ([x]) => [x!],
    lower: ([x]) => [mul(x!, mul(x!, x!))],
  });
  const apply1 = (x: Tensor): Tensor => apply(cube, [x])[0]!;

  it("runs, batched and differentiated, through its lowering", () => {
    expect(values(apply1(f64([2, 3])))).toEqual([8, 27]);
    expect(values(gradient((x: Tensor) => sum(apply1(x)))(f64([2, 3])))).toEqual([12, 27]);
    expect(values(vectorize(apply1)(f64([[2], [3]])))).toEqual([8, 27]);
  });

  it("stays whole for a backend that knows its name", () => {
    const program = trace(apply1, ones([2]));
    expect(program.operations.map(({ primitive }) => primitive.name)).toEqual(["@acme/math#cube"]);
    expect(
      lower(program, (name) => name !== "@acme/math#cube").operations.map(
        ({ primitive }) => primitive.name,
      ),
    ).toEqual(["mul", "mul"]);
  });

  it("has to lower to what its type rule says", () => {
    const wrong = definePrimitive({ ...cube, lower: ([x]) => [sum(x!)] });
    expect(() =>
      lower(
        trace((x: Tensor) => apply(wrong, [x])[0]!, ones([2])),
        () => false,
      ),
    ).toThrow("@acme/math#cube: the type rule says f32[2], the lowering gives f32[]");
  });

  it("is not taken for what every object has", () => {
    const named = { ...cube, name: "toString" };
    for (const home of [backend, js()])
      expect(values(apply(named, [tensor(home, [2])])[0]!)).toEqual([8]);
  });

  it("needs a package in its name and the kernel's contract", () => {
    expect(() => definePrimitive({ ...cube, name: "cube" })).toThrow(
      "write it as '@scope/package#name'",
    );
    expect(() => definePrimitive({ ...cube, contract: 2 })).toThrow(
      "primitive @acme/math#cube is made for kernel contract 2, this @nn/core has contract 1",
    );
  });
});

describe("concatenate", () => {
  it("joins along any axis", () => {
    expect(values(concatenate([f64([[1], [2]]), f64([[3], [4]])], -1))).toEqual([1, 3, 2, 4]);
  });
});
