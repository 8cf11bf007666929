import {
  type AnyLayer,
  concat,
  gather,
  graph,
  type Layer,
  loop,
  matmul,
  mul,
  reshape,
  residual,
  scan,
  sequential,
  sum,
  tanh as tanhOf,
  type Tensor,
  type Tree,
} from "@nn/core";
import { avgPool2d, conv2d } from "@nn/conv";
import { dense, flatten, relu, tanh } from "@nn/layers-dense";
import { describe, expect, it } from "vitest";
import { type LayerSummary, summary, summaryHtml, summaryText } from "../src/index.ts";

/** A layer from a function. */
function custom<In extends Tree = Tensor, Out extends Tree = Tensor>(
  apply: Layer<In, Out>["apply"],
): Layer<In, Out> {
  return { kind: "@nn/trainer/test#custom", config: {}, apply };
}

/** Some of what is known of the layer at a path. */
function at(layers: readonly LayerSummary[], path: string): LayerSummary {
  return layers.find((layer) => layer.path === path)!;
}

const nothing = { parameters: 0, trainable: 0, state: 0, flops: 0, bytes: 0 };
const f32 = (...shape: number[]) => ({ shape, dtype: "f32" });

describe("summary", () => {
  it("lists layers with outputs, parameters, operations and bytes", () => {
    const model = sequential({ hidden: dense(64, { activation: relu() }), last: dense(10) });
    const forward = 2 * 784 * 64 + 64 + 64 + 2 * 64 * 10 + 10;
    expect(summary(model, [784])).toEqual({
      layers: [
        {
          path: "",
          kind: "@nn/core#sequential",
          output: f32(10),
          ...nothing,
        },
        {
          path: "hidden",
          kind: "@nn/layers-dense#dense",
          output: f32(64),
          parameters: 785 * 64,
          trainable: 785 * 64,
          state: 0,
          flops: 2 * 784 * 64 + 64,
          bytes: 4 * 785 * 64,
        },
        {
          path: "hidden/activation",
          kind: "@nn/layers-dense#relu",
          output: f32(64),
          ...nothing,
          flops: 64,
        },
        {
          path: "last",
          kind: "@nn/layers-dense#dense",
          output: f32(10),
          parameters: 650,
          trainable: 650,
          state: 0,
          flops: 2 * 64 * 10 + 10,
          bytes: 4 * 650,
        },
      ],
      parameters: 50_890,
      trainable: 50_890,
      state: 0,
      flops: forward,
      // Then weights and inputs of the last layer, both biases, and weights of the first layer.
      trainingFlops: forward + 2 * (2 * 640) + 10 + 64 + 2 * 784 * 64,
      bytes: 4 * 50_890,
    });
  });

  it("goes into models within models", () => {
    const inner = sequential({ a: dense(3), b: residual(dense(3)) });
    const model = sequential([inner, concat({ left: dense(1), right: inner })]);
    expect(summary(model, [3]).layers.map(({ path }) => path)).toEqual([
      "",
      "0",
      "0/a",
      "0/b",
      "0/b/inner",
      "1",
      "1/left",
      "1/right",
      "1/right/a",
      "1/right/b",
      "1/right/b/inner",
    ]);
  });

  it("counts parameters that are shared once, and their work as often as it is done", () => {
    const tower = dense(4);
    const model = graph({
      nodes: {
        left: { layer: tower as AnyLayer, from: "input.left" },
        right: { layer: tower as AnyLayer, from: "input.right" },
        last: { layer: concat([dense(1), dense(2)]) as AnyLayer, from: "left" },
      },
      output: { last: "last", right: "right" },
    }) as unknown as Layer<Tree, Tree>;
    const { layers, parameters, flops } = summary(model, { left: [3], right: { shape: [3] } });
    expect(parameters).toBe(16 + 5 + 10);
    expect(at(layers, "left")).toMatchObject({ parameters: 16, flops: 28 });
    expect(at(layers, "right")).toMatchObject({ parameters: 0, flops: 28, sharedWith: "left" });
    expect("sharedWith" in at(layers, "left")).toBe(false);
    expect(at(layers, "").output).toEqual({ last: f32(3), right: f32(4) });
    expect(flops).toBe(28 + 28 + 9 + 18);
  });

  it("does not call it sharing where there is nothing to share", () => {
    const activation = tanh();
    const model = sequential([dense(2, { activation }), dense(2, { activation })]);
    expect(summary(model, [2]).layers.every((layer) => !("sharedWith" in layer))).toBe(true);
  });

  it("adds up to the totals", () => {
    const model = sequential([dense(5, { trainable: false, activation: tanh() }), dense(2)]);
    const { layers, ...total } = summary(model, [3], { dtype: "f64" });
    for (const name of ["parameters", "trainable", "state", "flops", "bytes"] as const)
      expect(layers.reduce((all, layer) => all + layer[name], 0)).toBe(total[name]);
    expect(total).toMatchObject({ parameters: 32, trainable: 12, bytes: 8 * 32 });
  });

  it("counts convolutions and poolings as the sums of products that they are", () => {
    const model = sequential({
      conv: custom((scope, x) =>
        conv2d(x, scope.parameter("filter", [3, 3, 2, 6]), { padding: "same", groups: 2 }),
      ),
      pool: custom((_, x) => avgPool2d(x, { window: 2 })),
      flat: flatten(),
    });
    const { layers, trainingFlops, flops } = summary(model, [8, 8, 4]);
    expect(at(layers, "conv").output).toEqual(f32(8, 8, 6));
    expect(at(layers, "conv").flops).toBe(2 * 8 * 8 * 6 * (3 * 3 * 2));
    // The sum over each window and a division; how many cells there are is counted anew by its lowering.
    expect(at(layers, "pool").flops).toBeGreaterThanOrEqual(8 * 8 * 6 + 4 * 4 * 6);
    expect(at(layers, "pool").flops).toBeLessThan(1.3 * (8 * 8 * 6 + 4 * 4 * 6));
    // The gradient of the filter is another convolution; that of the images is not needed.
    expect(trainingFlops).toBeGreaterThan(1.9 * flops);
    expect(trainingFlops).toBeLessThan(2.2 * flops);
  });

  it("counts what is done in a loop as often as it is done, for the layers within", () => {
    const cell = dense(4);
    const model = custom((scope, x) => {
      const total = reshape(sum(x, [1, 2]), [1, 1]);
      const state = matmul(total, scope.parameter("start", [1, 4]));
      const steps = reshape(x, [5, 1, 3]);
      const [last] = scan(
        (h: Tensor, step: Tensor): [Tensor, []] => [
          tanhOf(matmul(mul(scope.apply("cell", cell, step), h), scope.parameter("w", [4, 4]))),
          [],
        ],
        state,
        steps,
      );
      return last;
    });
    const { layers } = summary(model, [5, 3]);
    expect(at(layers, "cell").parameters).toBe(16);
    // The product of the inputs is done for all steps before the loop, which the path of the loop has.
    expect(at(layers, "cell").flops + at(layers, "").flops).toBe(
      5 * (2 * 3 * 4 + 4) + 5 * (4 + 2 * 16 + 4) + 15 + 2 * 4,
    );
    expect(at(layers, "cell").flops).toBeGreaterThanOrEqual(5 * 4);
  });

  it("takes inputs of other dtypes", () => {
    const model = custom((scope, x) => gather(scope.parameter("table", [100, 8]), x));
    const { layers, flops } = summary(model, { shape: [], dtype: "i32" });
    expect(at(layers, "")).toMatchObject({ output: f32(8), parameters: 800 });
    expect(flops).toBe(0);
  });

  it("counts state apart from parameters", () => {
    const model = custom((scope, x) => {
      const total = scope.state("total", [3]);
      scope.setState("total", mul(total, 0.5));
      return mul(x, total);
    });
    const { state, parameters, bytes, flops, trainingFlops } = summary(model, [3]);
    expect({ state, parameters, bytes }).toEqual({ state: 3, parameters: 0, bytes: 12 });
    // Nothing is trained.
    expect([flops, trainingFlops]).toEqual([3, undefined]);
  });

  it("leaves out what it takes to train a model that has no gradient", () => {
    const model = custom((scope, x) => {
      const factor = scope.parameter("factor", [3]);
      const [last] = loop((value: Tensor) => [mul(value, factor), []], x, [], { length: 4 });
      return last;
    });
    const found = summary(model, [3]);
    expect(found).toMatchObject({ parameters: 3, trainable: 3 });
    expect("trainingFlops" in found).toBe(false);
    expect(summaryText(found)).toMatch(/operations for one example: \d+ to predict$/);
  });

  it("refuses what is no model and no shape", () => {
    const expected =
      "summary: expected the shape of one example, as in [784], or { shape, dtype }, got ";
    expect(() => summary(dense as never, [3])).toThrow(
      "expected a layer such as dense(1), got function",
    );
    expect(() => summary(dense(1), 3 as never)).toThrow(`${expected}3`);
    expect(() => summary(dense(1), {})).toThrow(`${expected}{}`);
    expect(() => summary(dense(1), { a: [1], b: null } as never)).toThrow(`${expected}null at 'b'`);
    expect(() => summary(dense(1), [2.5])).toThrow("a shape has whole numbers from 0, got [2.5]");
    expect(() => summary(dense(1), [3], { type: "f64" } as never)).toThrow(
      "summary: there is no option 'type'; there are dtype",
    );
    expect(() => summary(dense(1), [3], { dtype: "i32" })).toThrow(
      "dtype must be f32 or f64, got i32",
    );
  });
});

describe("summaryText", () => {
  it("is a table with layers below those around them", () => {
    const tower = dense(4, { activation: tanh() });
    const model = sequential({ hidden: sequential([dense(4), tower, tower]), last: dense(1000) });
    const text = summaryText(summary(model, [4]));
    expect(text.split("\n").map((line) => line.replaceAll(/ +/g, " "))).toEqual([
      "layer kind output parameters FLOPs bytes",
      expect.stringMatching(/^─+$/),
      "model sequential [1000]",
      " hidden sequential [4]",
      " 0 dense [4] 20 36 80",
      " 1 dense [4] 20 36 80",
      " activation tanh [4] 4",
      " 2 dense (shared with hidden/1) [4] 36",
      " activation tanh [4] 4",
      " last dense [1000] 5,000 9,000 20,000",
      expect.stringMatching(/^─+$/),
      "total 5,040 9,116 20,160",
      "trainable 5,040 of 5,040 parameters",
      expect.stringMatching(/^operations for one example: 9,116 to predict, [\d,]+ to train$/),
    ]);
    const [header, , ...rows] = text.split("\n");
    expect(rows[4]!.indexOf("activation")).toBe(6);
    for (const row of [rows[2], rows[7]]) expect(row!.length).toBe(header!.length);
  });

  it("keeps its columns whatever layers are called", () => {
    const model = sequential({ "a\nb": dense(1), 精度: dense(1), plain: dense(1) });
    const rows = summaryText(summary(model, [2]))
      .split("\n")
      .slice(3, 6);
    expect(rows.map((row) => row.slice(0, row.indexOf("dense")))).toEqual([
      "  a?b    ",
      "  精度   ",
      "  plain  ",
    ]);
  });

  it("shows trees, and dtypes that are no floats", () => {
    const model = custom<Tensor, Tree>((_, x) => ({ a: x, b: [x] }));
    const text = summaryText(summary(model, { shape: [2, 3], dtype: "i32" }));
    expect(text).toContain("{ a: i32[2, 3], b: (i32[2, 3]) }");
  });
});

describe("summaryHtml", () => {
  it("is a table in which nothing that the model says is markup", () => {
    const layer = { ...dense(1), kind: "@acme/x#<img src=\"x\" onerror='y'>&" };
    const html = summaryHtml(summary(sequential({ "<b>": layer }), [2]));
    expect(html).toContain("&lt;b&gt;");
    expect(html).toContain("&lt;img src=&quot;x&quot; onerror=&#39;y&#39;&gt;&amp;");
    expect(html).not.toMatch(/<(b|img)\b/);
    expect(html.match(/<tr>/g)!.length).toBe(4);
    const opened = [...html.matchAll(/<(\w+)/g)]
      .map(([, tag]) => tag)
      .filter((tag) => tag !== "br");
    const closed = [...html.matchAll(/<\/(\w+)/g)].map(([, tag]) => tag);
    expect(opened.toSorted()).toEqual(closed.toSorted());
  });
});
