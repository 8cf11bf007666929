import { js } from "@nn/backend-js";
import { full, tensor } from "@nn/core";
import { describe, expect, it } from "vitest";
import {
  type DataSet,
  type Finding,
  lintData,
  type LintOptions,
  showFindings,
  shuffled,
} from "../src/index.ts";

const rows = 200;

/** Numbers between -1 and 1 that look random, the same ones for a stream. */
function noise(stream: number, length = rows): number[] {
  return Array.from(shuffled(length, 3, stream), (value) => (2 * (value + 0.5)) / length - 1);
}

function table(...columns: readonly (readonly number[])[]): number[][] {
  return columns[0]!.map((_, row) => columns.map((column) => column[row]!));
}

const a = noise(0);
const b = noise(1);
const c = noise(2);
/** What is not told by one of the columns alone. */
const quantity = a.map((value, row) => [value - b[row]! + 0.3 * c[row]!]);
const classes = a.map((value, row) => Number(value > b[row]!));
const healthy = { inputs: table(a, b, c), targets: quantity };

async function codes(data: unknown, options?: LintOptions): Promise<string[]> {
  return (await lintData(data as DataSet, options)).map(
    ({ severity, code }) => `${severity} ${code}`,
  );
}

/** The only finding. */
async function only(data: unknown, options?: LintOptions): Promise<Finding> {
  const findings = await lintData(data as DataSet, options);
  expect(findings.map(({ message }) => message)).toHaveLength(1);
  return findings[0]!;
}

describe("lintData has no objection to", () => {
  const pixels = Uint8Array.from({ length: rows * 16 }, (_, i) =>
    i % 16 < 4 ? 0 : (i * 37) % 251,
  );
  const oneHot = classes.map((own) => [1 - own, own]);
  it.each<[string, DataSet]>([
    ["a table with a quantity", healthy],
    [
      "numbers scaled into 0 to 1",
      { ...healthy, inputs: table(a, b).map((row) => row.map((x) => (x + 1) / 2)) },
    ],
    ["two classes as numbers", { ...healthy, targets: classes.map((own) => [own]) }],
    ["classes as bytes", { ...healthy, targets: Uint8Array.from(classes) }],
    ["one-hot classes", { ...healthy, targets: oneHot }],
    [
      "rare indicators",
      {
        inputs: table(
          a,
          a.map((_, row) => Number(row === 7)),
        ),
        targets: quantity,
      },
    ],
    [
      "row numbers of an embedding",
      { inputs: Int32Array.from(a, (_, row) => row * 1000), targets: quantity },
    ],
    ["images as bytes", { inputs: { data: pixels, shape: [rows, 4, 4] }, targets: oneHot }],
    ["rows of bytes", { inputs: { data: pixels, shape: [rows, 16] }, targets: oneHot }],
    [
      "images of numbers",
      { inputs: { data: Float32Array.from(pixels), shape: [rows, 4, 4, 1] }, targets: oneHot },
    ],
    ["inputs that are to be reconstructed", { inputs: healthy.inputs, targets: healthy.inputs }],
    [
      "trees",
      { inputs: { x: [{ y: table(a, b) }, { z: c }] }, targets: { one: quantity, two: classes } },
    ],
    ["weights", { ...healthy, weights: a.map((_, row) => row % 3) }],
    ["tensors", { inputs: tensor(js(), healthy.inputs), targets: tensor(js(), quantity) }],
    ["constants", { inputs: full([rows, 1], 7), targets: quantity }],
    [
      "XOR",
      {
        inputs: [
          [0, 0],
          [0, 1],
          [1, 0],
          [1, 1],
        ],
        targets: [[0], [1], [1], [0]],
      },
    ],
    ["two rows", { inputs: [[0], [1]], targets: [[0], [1]] }],
    ["one row", { inputs: [[3]], targets: [[5]] }],
    [
      "rare indicators that are alike by chance",
      {
        inputs: a.map((value, row) => [value, Number(row % 50 === 7), Number(row % 50 === 7)]),
        targets: quantity,
      },
    ],
    [
      "a rare indicator of the rare rows in which there is something",
      {
        inputs: a.map((value, row) => [value, Number(row === 7)]),
        targets: b.map((value, row) => [row === 7 ? 50 + value : 0]),
      },
    ],
    ["five columns", { inputs: table(a, b, c, noise(3), noise(4)), targets: noise(5) }],
  ])("%s", async (_, data) => {
    expect(await lintData(data)).toEqual([]);
  });
});

describe("lintData finds errors:", () => {
  it("tensors of different lengths", async () => {
    expect(await only({ inputs: { x: [1, 2], y: [1, 2] }, targets: [1, 2, 3] })).toEqual({
      severity: "error",
      code: "rows",
      columns: ["inputs.x", "inputs.y", "targets"],
      rows: [],
      message:
        "there must be the same number of rows everywhere: inputs.x has 2 rows, inputs.y has 2 rows, targets has 3 rows",
      fix: "give every example a row in each",
    });
  });

  it("values that are not finite, with the columns' names and their first rows", async () => {
    const inputs: (number | null | string)[][] = healthy.inputs.map((row) => [...row]);
    for (const row of [150, 17, 30, 31, 32, 33]) inputs[row]![1] = Number.NaN;
    expect(
      await only({ ...healthy, inputs }, { names: ["age", "height", "weight"] }),
    ).toMatchObject({
      severity: "error",
      code: "not-finite",
      columns: ["height"],
      rows: [17, 30, 31, 32, 33],
      message: "height: 6 values are missing or not finite, first in rows 17, 30, 31, 32, 33 (NaN)",
    });
    inputs[3]![2] = Infinity;
    expect((await only({ ...healthy, inputs })).message).toBe(
      "inputs[1], inputs[2]: 7 values are missing or not finite, first in rows 3, 17, 30, 31, 32 (Infinity)",
    );
  });

  it("no rows", async () => {
    for (const none of [[], 3, new Float32Array()])
      expect((await only({ inputs: none, targets: none })).message).toBe(
        "there must be the same number of rows everywhere: inputs has no rows, targets has no rows",
      );
  });

  it.each<[string, unknown]>([
    ["missing values", null],
    ["text", "1"],
    ["what is undefined", undefined],
    ["infinity", -Infinity],
  ])("%s", async (_, value) => {
    const inputs = healthy.inputs.map((row, at) => (at === 5 ? [row[0], value, row[2]] : row));
    expect(await only({ ...healthy, inputs })).toMatchObject({
      code: "not-finite",
      columns: ["inputs[1]"],
      rows: [5],
    });
  });

  it("a first value that is missing", async () => {
    const inputs = healthy.inputs.map((row, at) => (at === 0 ? [null, ...row.slice(1)] : row));
    expect(await only({ ...healthy, inputs })).toMatchObject({
      code: "not-finite",
      rows: [0],
      message: "inputs[0]: 1 value is missing or not finite, first in row 0 (null)",
    });
  });

  it("NaN in targets, weights and tensors", async () => {
    const bad = Float32Array.from(a);
    bad[9] = Number.NaN;
    for (const [data, column] of [
      [{ ...healthy, targets: bad }, "targets"],
      [{ ...healthy, weights: bad }, "weights"],
      [{ ...healthy, inputs: { x: bad, y: b } }, "inputs.x"],
      [{ ...healthy, targets: tensor(js(), bad, { shape: [rows, 1] }) }, "targets"],
    ] as const) {
      const found = (await lintData(data)).filter(({ severity }) => severity === "error");
      expect(found).toMatchObject([{ code: "not-finite", columns: [column], rows: [9] }]);
    }
  });

  it("weights that are negative or all 0", async () => {
    expect(await only({ ...healthy, weights: a })).toMatchObject({
      code: "weights",
      severity: "error",
    });
    const negative = a.map((_, row) => (row === 4 ? -2 : 1));
    expect(await only({ ...healthy, weights: negative })).toMatchObject({
      rows: [4],
      message: "weights: row 4 has -2",
    });
    expect((await only({ ...healthy, weights: a.map(() => 0) })).message).toBe("weights are all 0");
  });

  it("rows of another shape", async () => {
    const inputs = healthy.inputs.map((row, at) => (at === 8 ? row.slice(1) : row));
    expect(await only({ ...healthy, inputs })).toMatchObject({
      code: "shape",
      rows: [8],
      columns: ["inputs"],
    });
    for (const odd of [[[1, 2], [3]], [[1], [2], [3], [4]], [1, 2, 3, 4], 5]) {
      const square = [
        [1, 2],
        [3, 4],
      ];
      const pictures = a.map((_, row) => (row === 8 ? odd : square));
      expect(await only({ ...healthy, inputs: pictures })).toMatchObject({
        code: "shape",
        rows: [8],
      });
    }
    const shaped = { data: new Float32Array(7), shape: [4, 2] };
    expect(await only({ inputs: shaped, targets: [1, 2, 3, 4] })).toMatchObject({
      code: "shape",
      rows: [3],
    });
  });
});

describe("lintData warns of", () => {
  it("a constant column", async () => {
    const inputs = table(
      a,
      a.map(() => 0.1 + 0.2),
      b,
    );
    expect(await only({ inputs, targets: quantity }, { names: ["x", "y", "z"] })).toMatchObject({
      severity: "warning",
      code: "constant",
      columns: ["y"],
      message: "y: the same value in every row",
    });
  });

  it("columns that repeat another one", async () => {
    const inputs = { one: table(a, b), two: table(c, a), three: b };
    const found = await only({ inputs, targets: quantity });
    expect(found).toMatchObject({ code: "duplicate", columns: ["inputs.two[1]", "inputs.three"] });
    expect(found.message).toBe(
      "inputs.two[1] repeats inputs.one[0], inputs.three repeats inputs.one[1]",
    );
  });

  it("columns of other scales", async () => {
    const inputs = table(
      a,
      b.map((value) => 3000 * value),
      c.map((value) => value / 1e5),
      a.map((_, row) => 1990 + (row % 7)),
    );
    const found = await only({ inputs, targets: quantity });
    expect(found).toMatchObject({
      code: "unscaled",
      columns: ["inputs[1]", "inputs[2]", "inputs[3]"],
    });
    expect(found.message).toBe(
      "inputs[1] (up to 3000), inputs[2] (up to 0.00001), inputs[3] (up to 2000): far from a scale of 1",
    );
  });

  it("targets of other scales", async () => {
    const targets = quantity.map(([value]) => [5e5 + 1e5 * value!]);
    expect(await codes({ ...healthy, targets })).toEqual(["warning unscaled-target"]);
  });

  it.each<[string, (value: number, row: number) => number]>([
    ["is the target", (value) => value],
    ["is a linear function of the target", (value) => 0.5 - 0.25 * value],
    ["is nearly the target", (value, row) => value + 0.003 * a[row]!],
  ])("a column that %s", async (_, copy) => {
    const inputs = table(
      a,
      b,
      quantity.map(([value], row) => copy(value!, row)),
    );
    expect(await only({ inputs, targets: quantity })).toMatchObject({
      code: "leak",
      columns: ["inputs[2]"],
    });
  });

  it("no column that only resembles the target", async () => {
    const inputs = table(
      a,
      b,
      quantity.map(([value], row) => value! + 0.05 * a[row]!),
    );
    expect(await codes({ inputs, targets: quantity })).toEqual([]);
  });

  it.each<[string, (own: number, row: number) => number]>([
    ["is the class", (own) => own],
    ["names the class", (own) => 1 - 2 * own],
    ["has several values for each class", (own, row) => (row % 2 ? own * 3 : 2 - own) / 4],
    ["is a score that is always right", (own, row) => (own ? 0.5 : -0.5) + a[row]! * 0.4],
  ])("a column that %s", async (_, copy) => {
    const inputs = table(a, b, classes.map(copy));
    for (const targets of [classes, Int32Array.from(classes), classes.map((own) => [own, 1 - own])])
      expect(await only({ inputs, targets })).toMatchObject({
        code: "leak",
        columns: ["inputs[2]"],
      });
  });

  it("one-hot columns of the class, and of groups of classes", async () => {
    const three = a.map((_, row) => row % 3);
    const marks = three.map((own, row) => [a[row]!, Number(own === 0), Number(own === 2), b[row]!]);
    for (const targets of [
      Int32Array.from(three),
      three.map((own) => [0, 1, 2].map((at) => Number(at === own))),
    ])
      expect(await only({ inputs: marks, targets })).toMatchObject({
        code: "leak",
        columns: ["inputs[1]", "inputs[2]"],
        message: "inputs[1] gives away the class, inputs[2] gives away the class",
      });
  });

  it("no column that has its largest value in the only row of a class", async () => {
    const largest = a.indexOf(Math.max(...a));
    const targets = a.map((_, row) => Number(row === largest));
    const flags = a.map((_, row) => Number(row === largest));
    expect(await codes({ inputs: table(a, b, flags), targets })).toEqual(["warning imbalanced"]);
  });

  it("no leak into targets that are not finite", async () => {
    const targets = a.map((value, row) => (row === 3 ? Infinity : value));
    expect(await codes({ inputs: table(b, c), targets })).toEqual(["error not-finite"]);
  });

  it("classes of which some are rare", async () => {
    const rare = (count: number): number[] => b.map((_, row) => Number(row < count));
    expect((await only({ inputs: table(a, b), targets: rare(5) })).message).toBe(
      "targets: class 0 has 195 rows, class 1 only 5",
    );
    expect(await codes({ inputs: table(a, b), targets: rare(20) })).toEqual([]);
  });

  it("targets that are constant", async () => {
    for (const targets of [a.map(() => [3]), new Int32Array(rows).fill(2), a.map(() => [0, 1])])
      expect(await codes({ inputs: table(a, b), targets })).toEqual(["warning constant-target"]);
  });
});

describe("lintData", () => {
  it("takes names by the path of a tensor", async () => {
    const inputs = {
      x: table(
        a,
        a.map(() => 1),
      ),
      y: b,
    };
    const found = await only(
      { inputs, targets: quantity },
      { names: { "inputs.x": ["age", "bias"] } },
    );
    expect(found.columns).toEqual(["bias"]);
  });

  it("looks at some of the rows of large data, and says so", async () => {
    const inputs = table(
      a,
      b,
      a.map(() => 1),
    ).map((row) => [...row]);
    inputs[8]![0] = Number.NaN;
    inputs[9]![1] = Number.NaN;
    const constant = "inputs[2]: the same value in every row (of every 4th row)";
    const found = await lintData(
      { inputs: tensor(js(), inputs), targets: quantity },
      { limit: 150 },
    );
    expect(found.map(({ message }) => message)).toEqual([
      "inputs[0]: 1 value is missing or not finite, first in row 8 (NaN) (of every 4th row)",
      constant,
    ]);
    expect(found[0]!.rows).toEqual([8]);
    // Arrays are searched for such values as a whole.
    for (const data of [inputs, { data: Float32Array.from(inputs.flat()), shape: [rows, 3] }])
      expect(
        (await lintData({ inputs: data, targets: quantity }, { limit: 150 })).map(
          ({ message }) => message,
        ),
      ).toEqual([
        "inputs[0], inputs[1]: 2 values are missing or not finite, first in rows 8, 9 (NaN)",
        constant,
      ]);
    const short = { data: new Float32Array(500), shape: [rows, 3] };
    expect(await codes({ inputs: short, targets: quantity }, { limit: 150 })).toEqual([
      "error shape",
    ]);
  });

  it("does not look at what there is not", async () => {
    await expect(lintData(undefined as never)).rejects.toThrow(
      "lintData: expected { inputs, targets }, got undefined",
    );
    await expect(lintData({ inputs: [1], targets: "x" as never })).rejects.toThrow(
      "lintData: data.targets: expected a tensor",
    );
    await expect(lintData(healthy, { limit: Number.NaN })).rejects.toThrow(
      "lintData: limit must be a whole number from 1, got NaN",
    );
  });

  it.each<[string, unknown, string]>([
    ["null", null, "names: expected a list of names, or lists by path, got null"],
    ["a single name", "age", "names: expected a list of names, or lists by path, got age"],
    ["too many", ["a", "b", "c", "d"], "names: there are 4 for the 3 columns of inputs"],
    [
      "names of what there is not",
      { numbers: ["a"] },
      "lists of names by the path of a tensor (inputs, targets), got a for 'numbers'",
    ],
    ["no list", { inputs: "abc" }, "got abc for 'inputs'"],
  ])("refuses names: %s", async (_, names, message) => {
    await expect(lintData(healthy, { names: names as never })).rejects.toThrow(message);
  });

  it("leaves data as it is", async () => {
    const values = Float64Array.from(healthy.inputs.flat());
    const before = values.slice();
    await lintData({ inputs: { data: values, shape: [rows, 3] }, targets: quantity });
    expect(values).toEqual(before);
  });
});

describe("showFindings", () => {
  it("shows a finding a line, errors first", async () => {
    const targets = quantity.map((row, at) => (at === 3 ? [Number.NaN] : row));
    const findings = await lintData({
      inputs: table(
        a,
        a.map(() => 0),
      ),
      targets,
    });
    expect(showFindings(findings.toReversed())).toBe(
      "error: targets: 1 value is missing or not finite, first in row 3 (NaN); fill them in or leave these rows out\n" +
        "warning: inputs[1]: the same value in every row; leave out what tells nothing",
    );
  });
});
