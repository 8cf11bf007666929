import { describe, expect, it } from "vitest";
import {
  add,
  broadcastTo,
  cast,
  decode,
  defineBackend,
  full,
  expandDims,
  gradient,
  iota,
  jit,
  matmul,
  mul,
  ones,
  place,
  reshape,
  scan,
  slice,
  sum,
  tensor,
  TensorError,
  trace,
  transpose,
  vectorize,
  zeros,
  type Tensor,
} from "@nn/core";
import { naive } from "./naive.ts";
import { backend, f64, values } from "./support.ts";

const message = (fn: () => unknown): string => {
  try {
    fn();
  } catch (error) {
    expect(error).toBeInstanceOf(TensorError);
    return (error as Error).message;
  }
  throw new Error("nothing was thrown");
};

describe("operands that do not fit", () => {
  it.each<[string, () => unknown]>([
    [
      "add: expected lengths that are equal or 1, aligned at the last axis, got f32[2,3] and f32[2]",
      () => add(ones([2, 3]), ones([2])),
    ],
    [
      "add: expected f32 or f64 or i32, all the same (cast() first), got f32[2] and f64[2]",
      () => add(ones([2]), ones([2], "f64")),
    ],
    [
      "add: expected f32 or f64 or i32, all the same (cast() first), got u8[2] and u8[2]",
      () => add(ones([2], "u8"), ones([2], "u8")),
    ],
    ["add: expected a tensor, got an array", () => add([1] as never, 2)],
    ["sum: expected a tensor, got number", () => sum(5 as never)],
    ["reshape: expected a tensor, got undefined", () => reshape(undefined as never, [2])],
    ["matmul: expected a tensor, got an array", () => matmul(ones([2, 2]), [[1], [2]] as never)],
    ["full: i32 cannot hold 0.5; choose another dtype", () => add(ones([2], "i32"), 0.5)],
    ["full: u8 cannot hold 300; choose another dtype", () => full([2], 300, "u8")],
    ["full: f32 cannot hold a; choose another dtype", () => full([2], "a" as never)],
    ["slice: expected [1] elements from [0.5] on, got f32[2]", () => slice(ones([2]), [0.5], [1])],
    [
      "vectorize of an anonymous function: expected an axis from -2 to 1 of [2, 3], got -3",
      () => vectorize((x: Tensor) => x, { axes: [-3] })(ones([2, 3])),
    ],
    [
      "matmul: expected matrices, [rows, inner] and [inner, columns], got f32[2,3] and f32[4,5]",
      () => matmul(ones([2, 3]), ones([4, 5])),
    ],
    [
      "matmul: expected matrices, [rows, inner] and [inner, columns]ᵀ, got f32[2,3] and f32[5,4]",
      () => matmul(ones([2, 3]), ones([5, 4]), { transposeB: true }),
    ],
    [
      "matmul: expected matrices, [rows, inner] and [inner, columns], got f32[3] and f32[3,1]",
      () => matmul(ones([3]), ones([3, 1])),
    ],
    ["sum: expected an axis from -2 to 1 of [2, 3], got 2", () => sum(ones([2, 3]), 2)],
    ["sum: expected different axes, got [0, -2]", () => sum(ones([2, 3]), [0, -2])],
    ["reshape: expected 4 elements for [4], got f32[2,3]", () => reshape(ones([2, 3]), [4])],
    ["reshape: a shape has whole lengths from 0, got [4, 1.5]", () => reshape(ones([6]), [4, -1])],
    ["reshape: a shape has whole lengths from 0, got [-2, -3]", () => reshape(ones([6]), [-2, -3])],
    ["full: a shape has whole lengths from 0, got [-1]", () => ones([-1])],
    ["iota: a shape has whole lengths from 0, got [1.5]", () => iota(1.5)],
    [
      "broadcastTo: a shape has whole lengths from 0, got [2.5, 3]",
      () => broadcastTo(ones([3]), [2.5, 3]),
    ],
    ["slice: a shape has whole lengths from 0, got [1.5]", () => slice(ones([3]), [0], [1.5])],
    ["expandDims: expected an axis from -2 to 1 of [2, 1], got 5", () => expandDims(ones([2]), 5)],
    [
      "transpose: expected each axis once in [0, 0], got f32[2,3]",
      () => transpose(ones([2, 3]), [0, 0]),
    ],
    ["slice: expected [2] elements from [2] on, got f32[3]", () => slice(ones([3]), [2], [2])],
  ])("%s", (expected, fn) => {
    expect(message(fn)).toBe(expected);
  });
});

describe("data that does not fit", () => {
  it.each<[string, () => unknown]>([
    [
      "tensor: data[1] is an array of 1, expected an array of 2, like the first of its kind",
      () => tensor(backend, [[1, 2], [3]]),
    ],
    ["tensor: data[0] is null, expected a number", () => tensor(backend, [null] as never)],
    [
      "tensor: shape [2, 2] does not hold the 3 elements that were given",
      () => tensor(backend, [1, 2, 3], { shape: [2, 2] }),
    ],
    [
      "tensor: element 1 is 1.5, which i32 cannot hold; choose another dtype",
      () => tensor(backend, [1, 1.5], { dtype: "i32" }),
    ],
    [
      "tensor: element 0 is 300, which u8 cannot hold; choose another dtype",
      () => tensor(backend, [300], { dtype: "u8" }),
    ],
  ])("%s", (expected, fn) => {
    expect(message(fn)).toBe(expected);
  });
});

describe("tensors used where they must not be", () => {
  it("a tracer that leaked names the function it is from", () => {
    let leaked: Tensor | undefined;
    trace(
      function loss(x: Tensor) {
        leaked = mul(x, 2);
        return leaked;
      },
      ones([2]),
    );
    expect(message(() => add(leaked!, 1))).toBe(
      "a tensor traced in loss is used after that trace ended; return it from the traced function instead",
    );
  });

  it("a traced tensor cannot be read", () => {
    expect(message(() => trace((x: Tensor) => (x.readSync(), x), ones([2])))).toBe(
      "readSync: this tensor is being traced and has no value; return it from the traced function instead",
    );
  });

  it("a constant has to be placed before it is read", async () => {
    expect(message(() => ones([2]).readSync())).toBe(
      "readSync: this constant is on no backend yet; use `place(backend, tensor)` first",
    );
    expect(values(await place(backend, ones([2])))).toEqual([1, 1]);
  });

  it("operands of two backends are refused, and place moves them", async () => {
    const other = naive();
    const [a, b] = [tensor(backend, [1]), tensor(other, [2])];
    expect(message(() => add(a, b))).toContain("add: operands are on two backends");
    expect(values(add(a, await place(backend, b)))).toEqual([3]);
  });

  it("a donated tensor says who has it, and cannot be donated twice", () => {
    const step = jit(
      function step(x: Tensor, y: Tensor) {
        return add(x, y);
      },
      { donate: [0] },
    );
    const [x, y] = [f64([1]), f64([2])];
    expect(values(step(x, y))).toEqual([3]);
    expect(message(() => add(x, 1))).toBe(
      "add: this tensor was donated to step; use the result of that call, or keep a copy",
    );
    expect(message(() => step(y, y))).toContain("step: a donated tensor is passed twice");
    expect(values(y)).toEqual([2]);
  });

  it("a disposed tensor says so", () => {
    const x = f64([1]);
    x.dispose();
    x.dispose();
    expect(message(() => add(x, 1))).toContain("add: this tensor was disposed of");
  });

  it("a dtype that the backend lacks is named before anything runs", () => {
    const single = defineBackend({
      ...naive(),
      kind: "@acme/single#f32",
      dtypes: ["f32", "i32", "bool"],
    });
    expect(message(() => cast(tensor(single, [1]), "f64"))).toContain(
      "@acme/single#f32 has no f64",
    );
    expect(message(() => tensor(single, [1], { dtype: "f64" }))).toContain(
      "has no f64, only f32, i32, bool",
    );
  });
});

describe("transforms used in the wrong way", () => {
  it.each<[string, () => unknown]>([
    [
      "the value to differentiate must be a float scalar, got f64[2]",
      () => gradient((x: Tensor) => x)(f64([1, 2])),
    ],
    [
      "cannot differentiate with respect to 'n', which is i32[1]",
      () =>
        gradient((p: { n: Tensor; x: Tensor }) => sum(p.x))({ n: ones([1], "i32"), x: f64([1]) }),
    ],
    [
      "a traced function must return at once",
      () => trace((async (x: Tensor) => x) as never, ones([1])),
    ],
    [
      "expected a tensor, or arrays and objects of tensors, got undefined at '0'",
      () => trace((() => [undefined]) as never),
    ],
    [
      "no argument carries the batch",
      () => vectorize((x: Tensor) => x, { axes: [null] })(ones([2])),
    ],
    [
      "'1' is f32[3], expected a batch of 2 on axis 0",
      () => vectorize((x: Tensor, y: Tensor) => add(x, y))(ones([2]), ones([3])),
    ],
    [
      "scan: carry goes in as f32[] and comes out as f32[2]",
      () => scan((h: Tensor, x: Tensor) => [add(h, x), x] as const, zeros([]), ones([3, 2])),
    ],
    [
      "scan: without xs, pass { length }, a whole number from 0; got undefined",
      () => scan((h: Tensor) => [h, h] as const, zeros([]), []),
    ],
    [
      "scan: xs 'b' is f32[2], expected 3 slices along axis 0",
      () => scan((h: Tensor) => [h, h] as const, zeros([]), { a: ones([3]), b: ones([2]) }),
    ],
  ])("%s", (expected, fn) => {
    expect(message(fn)).toContain(expected);
  });
});

describe("what the caller changes later", () => {
  it("does not reach into tensors", () => {
    const shape = [2, 2];
    const [data, constant] = [tensor(backend, [1, 2, 3, 4], { shape }), zeros(shape)];
    shape[0] = 3;
    expect([data.shape, constant.shape]).toEqual([
      [2, 2],
      [2, 2],
    ]);
  });

  it.each([-1, 1.5, Infinity, Number.NaN])("scan refuses a length of %s", (length) => {
    expect(message(() => scan((h: Tensor) => [h, []] as const, zeros([]), [], { length }))).toBe(
      `scan: without xs, pass { length }, a whole number from 0; got ${length}`,
    );
  });
});

describe("plugins that do not fit", () => {
  it("an unknown kind says what to install", () => {
    expect(message(() => decode({ kind: "@acme/layers#swirl", config: {} }, []))).toContain(
      "nothing here makes '@acme/layers#swirl'; install @acme/layers and pass its `plugins` to decode",
    );
  });

  it.each([undefined, 3, { kind: 3, config: {} }])("what is no described value: %j", (json) => {
    expect(message(() => decode(json as never, []))).toContain("decode: expected { kind, config }");
  });

  it("a backend for another kernel contract is refused", () => {
    expect(
      message(() => defineBackend({ ...naive(), kind: "@acme/old#backend", contract: 0 })),
    ).toBe(
      "@acme/old#backend is made for kernel contract 0, this @nn/core has contract 1; " +
        "install a version of @acme/old for your @nn/core",
    );
  });
});
