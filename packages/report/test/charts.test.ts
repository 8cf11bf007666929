import { expect, it } from "vitest";
import {
  boxes,
  boxOf,
  type Chart,
  curves,
  dependence,
  foldFigures,
  importanceBars,
  map,
  predictedAgainstTrue,
  residuals,
  scatter,
  surface,
} from "../src/index.ts";
import { count, elements, numbers, run, texts } from "./support.ts";

const line = (length: number, of: (i: number) => number = (i) => i): number[] =>
  Array.from({ length }, (_, i) => of(i));

/** The lines and areas of a chart, apart from axes and grid. */
function paths(chart: Chart, group: string): string[] {
  const all = elements(chart.svg);
  const from = all.flatMap((element, i) => (element.attributes["aria-label"] === group ? [i] : []));
  return from.flatMap((start) => {
    const depth = all[start]!.within.length;
    const end = all.findIndex((element, i) => i > start && element.within.length <= depth);
    return all
      .slice(start, end < 0 ? undefined : end)
      .filter(({ name }) => name === "path")
      .map(({ attributes }) => attributes["d"]!);
  });
}

it("draws the curves of all folds and their mean, training and validation", () => {
  const chart = curves([run(3, 50)], { figure: "r2" });
  expect(paths(chart, "line")).toHaveLength(2 * (3 + 1));
  expect(texts(chart.svg)).toEqual(
    expect.arrayContaining(["training", "validation", "epoch", "r2"]),
  );
  expect(chart.title).toBe("r2 by epoch");
  expect(chart.caption).toContain("the 3 folds");
  // At the epochs whose models were kept, of the validation.
  expect(count(chart.svg, "circle")).toBe(3);
});

it("draws the mean and the range of several runs, each under its name", () => {
  const chart = curves(
    [
      { name: "sgd", ...run(3, 50) },
      { name: "adam", ...run(2, 80) },
    ],
    { figure: "loss" },
  );
  expect(paths(chart, "line")).toHaveLength(2);
  expect(paths(chart, "area")).toHaveLength(2);
  expect(texts(chart.svg)).toEqual(expect.arrayContaining(["sgd", "adam"]));
  expect(chart.caption).toMatch(/^Validation rows\. Lines are means over folds/);
  const mixed = curves(
    [
      { name: "sgd", ...run(3, 50) },
      { name: "adam", history: { loss: [1] } },
    ],
    {
      figure: "loss",
    },
  );
  expect(mixed.caption).toMatch(/^Validation rows; training rows of adam\./);
});

it("tells more runs apart than there are colours", () => {
  const runs = Array.from({ length: 12 }, (_, i) => ({ history: { loss: [2, 1 + i] } }));
  const keys = elements(curves(runs, { figure: "loss" }).svg).filter(
    ({ name, attributes }) => name === "path" && attributes["stroke-width"] === "3",
  );
  const looks = keys.map(
    ({ attributes }) => `${attributes["stroke"]} ${attributes["stroke-dasharray"]}`,
  );
  expect(new Set(looks).size).toBe(12);
});

it("takes a logarithmic axis for what falls a hundredfold, or as it is told", () => {
  const history = { loss: [100, 10, 1] };
  expect(texts(curves([{ history }], { figure: "loss" }).svg)).toContain("loss (logarithmic)");
  expect(texts(curves([{ history }], { figure: "loss", scale: "linear" }).svg)).toContain("loss");
  expect(texts(curves([{ history: { loss: [10, 5] } }], { figure: "loss" }).svg)).toContain("loss");
  const below = curves([{ history: { loss: [10, 0, -5, 1] } }], { figure: "loss", scale: "log" });
  expect(below.caption).toContain("2 epochs with no value above 0 are left out");
});

it("breaks curves where a figure was not finite, and says so", () => {
  const chart = curves([{ history: { loss: [3, Number.NaN, 2, 1.5, null, 1] } }], {
    figure: "loss",
  });
  expect(paths(chart, "line")[0]!.match(/M/g)).toHaveLength(3);
  expect(chart.caption).toContain("2 epochs with no finite value are left out");
  expect(count(curves([{ history: { loss: [3] } }], { figure: "loss" }).svg, "circle")).toBe(1);
});

it("keeps a few wild values from flattening a curve", () => {
  const history = { r2: [-500, ...line(99, (i) => 0.5 + i / 300)] };
  const chart = curves([{ history }], { figure: "r2" });
  expect(chart.caption).toContain("1 value beyond the picture, down to −500, is drawn at its edge");
  expect(texts(chart.svg)).toContain("0.6");
});

it("takes means of values as they were, not as they are drawn", () => {
  const rest = line(99, (i) => i / 98);
  // The mean of two values, both far beyond the picture but one of them farther, is in the middle of the rest.
  const folds = [{ history: { r2: [-40, ...rest] } }, { history: { r2: [40.25, ...rest] } }];
  const mean = paths(curves([{ folds }], { figure: "r2" }), "line").at(-1)!;
  const heights = [...mean.matchAll(/[ML][\d.]+,([\d.]+)/g)].map(([, y]) => Number(y));
  const [first, second, last] = [heights[0]!, heights[1]!, heights.at(-1)!];
  expect((first - second) / (last - second)).toBeCloseTo(0.125, 2);
});

it("names the figures that there are", () => {
  expect(() => curves([run(1, 3)], { figure: "accuracy" })).toThrow(
    "curves: no run has the figure 'accuracy'; there are loss, r2",
  );
  expect(() => foldFigures([run(1, 3)], { figure: "accuracy" })).toThrow("there are loss, r2");
});

it("draws a figure by fold, and by run", () => {
  const one = foldFigures([run(4, 3)], { figure: "r2" });
  expect(count(one.svg, "circle")).toBe(4);
  expect(texts(one.svg)).toEqual(expect.arrayContaining(["fold 1", "fold 4", "0.87", "0.885"]));
  expect(texts(foldFigures([run(21, 3)], { figure: "r2" }).svg)).toContain("all folds");
  const two = foldFigures(
    [
      { name: "a", ...run(4, 3) },
      { name: "b", ...run(3, 3) },
    ],
    { figure: "r2" },
  );
  expect(count(two.svg, "circle")).toBe(7);
  expect(texts(two.svg)).toEqual(expect.arrayContaining(["a", "b"]));
  const plain = foldFigures([{ name: "a", metrics: { r2: 0.5 } }, { metrics: {} }], {
    figure: "r2",
  });
  expect(texts(plain.svg)).toContain("run 2");
});

it("draws few points as dots and many as cells", () => {
  const truth = line(300, (i) => 5 + Math.sin(i));
  const few = predictedAgainstTrue({
    truth,
    predicted: truth.map((x) => x + 0.1),
    target: "price",
  });
  expect(count(few.svg, "circle")).toBe(300);
  expect(texts(few.svg)).toEqual(expect.arrayContaining(["true price", "predicted price"]));
  const next = numbers(3);
  const many = line(50_000, next);
  const chart = predictedAgainstTrue({ truth: many, predicted: many.map((x) => x + next()) });
  expect(count(chart.svg, "circle")).toBe(0);
  expect(chart.caption).toMatch(/^50,000 points in cells; .* up to \d+\./);
  expect(chart.svg.length).toBeLessThan(40_000);
});

it("shows every point of many in some cell", () => {
  // Along the diagonal of a grid of 64 by 36, a cell for each place: 1,001 distinct ones fill it.
  const values = line(36 * 40, (i) => i % 36);
  const chart = scatter({ x: { name: "x", values }, y: { name: "y", values } });
  expect(paths(chart, "cells").join("").match(/M/g)).toHaveLength(36);
  expect(chart.caption).toContain("up to 40.");
});

it("puts cells and dots where their values are", () => {
  const many = scatter({
    x: { name: "x", values: [...line(1100, () => 0), 1] },
    y: { name: "y", values: [...line(1100, () => 10), 0] },
  });
  const corners = paths(many, "cells").map((path) =>
    /M([\d.]+) ([\d.]+)/.exec(path)!.slice(1).map(Number),
  );
  // The weakest colour first: one point at the right and below, all others at the left and above.
  expect(corners).toHaveLength(2);
  expect(corners[0]![0]).toBeGreaterThan(corners[1]![0]! + 300);
  expect(corners[0]![1]).toBeGreaterThan(corners[1]![1]! + 150);
  const [low, high] = elements(residuals({ truth: [1, 5], predicted: [2, 3] }).svg)
    .filter(({ name }) => name === "circle")
    .map(({ attributes }) => Number(attributes["cy"]));
  expect(low).toBeGreaterThan(high!); // -1 is below 2
});

it("gives a cell the colour of the median of its values", () => {
  const places = line(1200, (i) => i % 2);
  const fills = (values: number[]): (string | undefined)[] =>
    elements(map({ latitude: places, longitude: places, colour: { name: "v", values } }).svg)
      .filter(({ name, attributes }) => name === "path" && attributes["fill"])
      .map(({ attributes }) => attributes["fill"]);
  // A few high values among low ones change no colour, while a mean would.
  expect(fills(places.map((place, i) => (i < 500 ? 100 : place * 100)))).toHaveLength(2);
  expect(fills(places.map((place, i) => (i < 700 ? 100 : place * 100)))).toHaveLength(1);
});

it("spreads skewed values over a logarithmic picture", () => {
  const truth = line(500, (i) => 10 * 1.02 ** i);
  expect(texts(predictedAgainstTrue({ truth, predicted: truth }).svg)).toContain(
    "true target (logarithmic)",
  );
  expect(
    texts(predictedAgainstTrue({ truth, predicted: truth }, { scale: "linear" }).svg),
  ).toContain("true target");
  const negative = predictedAgainstTrue({ truth, predicted: truth.map((x) => -x) });
  expect(texts(negative.svg)).toContain("true target");
});

it("draws residuals over numbers with their median, over dates, and over words as boxes", () => {
  const truth = line(200);
  const predicted = line(200, (i) => i - (i < 100 ? 1 : -1));
  const over = (values: unknown[]): Chart =>
    residuals({ truth, predicted }, { over: { name: "feature", values } });
  const byNumber = over(truth);
  expect(count(byNumber.svg, "circle")).toBe(200);
  expect(paths(byNumber, "line")).toHaveLength(1);
  expect(
    texts(over(line(200).map((i) => new Date(Date.UTC(2014, 0, 1 + i)))).svg).join(" "),
  ).toContain("2014");
  const words = over(line(200).map((i) => (i % 20 < 16 ? "a" : `b${i % 20}`)));
  expect(texts(words.svg)).toEqual(expect.arrayContaining(["a", "b16", "b19"]));
  const many = over(line(200).map((i) => `level ${i % 40}`));
  expect(texts(many.svg)).toContain("25 others");
  expect(texts(residuals({ truth, predicted, target: "price" }).svg)).toContain("true price");
});

it("takes the quartiles of residuals over a feature, rows of the same value together", () => {
  // Residuals of each of 16 values of the feature are -12 to 12 times that value.
  const rows = line(400, (i) => (i * 7) % 400);
  const feature = rows.map((row) => Math.floor(row / 25));
  const errors = rows.map((row, i) => ((row % 25) - 12) * feature[i]!);
  const chart = residuals(
    { truth: errors, predicted: errors.map(() => 0) },
    { over: { name: "x", values: feature } },
  );
  const [band] = paths(chart, "area");
  const heights = [...band!.matchAll(/[ML][\d.]+,([\d.]+)/g)].map(([, y]) => Number(y));
  const frame = elements(chart.svg).find(({ attributes }) => attributes["aria-label"] === "frame");
  const [top, height] = [Number(frame!.attributes["y"]), Number(frame!.attributes["height"])];
  // The quartiles of those of 15 are ±90, in a range of ±180 with a margin of 3 %.
  const expected = top + height * (0.5 - 90 / (360 * 1.06));
  expect(Math.min(...heights)).toBeCloseTo(expected, 0);
});

it("keeps a few wild residuals from flattening the others, and spreads skewed features", () => {
  const truth = line(1000, (i) => 10 * 1.01 ** i);
  const predicted = truth.map((x, i) => (i === 7 ? x + 1e6 : x + Math.sin(i)));
  const chart = residuals({ truth, predicted });
  expect(chart.caption).toContain("1 residual beyond the picture, of −1,000,000 to 1 in all, is");
  expect(texts(chart.svg)).toEqual(expect.arrayContaining(["true target (logarithmic)", "0.5"]));
  const places = { latitude: line(1000), longitude: line(1000) };
  expect(texts(map({ ...places, colour: { name: "a", values: truth } }).svg)).toContain(
    "a (logarithmic)",
  );
});

it("marks whole epochs only", () => {
  const ticks = (epochs: number): string[] =>
    texts(curves([{ history: { r2: line(epochs, (i) => 7 + i) } }], { figure: "r2" }).svg);
  expect(ticks(1)).toEqual(expect.arrayContaining(["0", "1", "2"]));
  expect(ticks(2).filter((text) => text.startsWith("1"))).toEqual(["1"]);
  expect(ticks(10_000)).toContain("10,000");
});

it("keeps all that is written within the picture", () => {
  const long = "a rather long name of a feature that goes on and on, and on, and ends";
  const wide = "漢字".repeat(40);
  const truth = line(50, (i) => 1e9 * (i + 1));
  for (const name of [long, wide, `${long}${wide}`])
    for (const { svg, width } of [
      curves([{ name, history: { [name]: [1, 2] } }, { name }], { figure: name }),
      predictedAgainstTrue({ target: name, truth, predicted: truth }),
      residuals({ target: name, truth, predicted: truth }, { over: { name, values: truth } }),
      map({ latitude: truth, longitude: truth, colour: { name, values: truth } }),
      scatter({ x: { name, values: truth }, y: { name, values: truth } }, { width: 200 }),
      boxes({ [name]: truth }),
      importanceBars({ score: name, features: [{ name, mean: 1, share: 1 }] }),
    ])
      for (const text of texts(svg)) {
        const pixels = [...text].reduce((sum, c) => sum + (c > "\u2E80" ? 12 : 6), 0);
        expect(pixels, text).toBeLessThanOrEqual(width);
      }
  const [one, two] = texts(boxes({ [`${long} 1`]: truth, [`${long} 2`]: truth }).svg).filter(
    (text) => text.includes("…") && text.startsWith("a"),
  );
  expect([one!.at(-1), two!.at(-1)]).toEqual(["1", "2"]);
});

it("leaves out rows with missing values and says how many", () => {
  const chart = residuals(
    { truth: [1, 2, null, 4], predicted: [1, Number.NaN, 3, 4] },
    { over: { name: "x", values: [1, 2, 3, undefined] } },
  );
  expect(count(chart.svg, "circle")).toBe(1);
  expect(chart.caption).toContain("3 rows with missing values are left out");
});

it("draws maps true to shape", () => {
  const chart = map({
    latitude: [60, 61],
    longitude: [10, 12],
    colour: { name: "price", values: [1, 5] },
  });
  const [a, b] = elements(chart.svg).filter(({ name }) => name === "circle");
  const across = Math.abs(Number(a!.attributes["cx"]) - Number(b!.attributes["cx"]));
  const up = Math.abs(Number(a!.attributes["cy"]) - Number(b!.attributes["cy"]));
  // Two degrees of longitude are about as long as one of latitude there.
  expect(across / up).toBeGreaterThan(0.9);
  expect(across / up).toBeLessThan(1.1);
  expect(a!.attributes["fill"]).not.toBe(b!.attributes["fill"]);
  expect(texts(chart.svg)).toEqual(
    expect.arrayContaining(["latitude", "longitude", "price", "1", "5"]),
  );
  expect(count(map({ latitude: [60], longitude: [10] }).svg, "circle")).toBe(1);
});

it("puts zero in the middle of diverging colours", () => {
  const values = [-1, 0, 10];
  const chart = map(
    { latitude: [1, 2, 3], longitude: [1, 2, 3], colour: { name: "r", values } },
    { diverging: true },
  );
  expect(texts(chart.svg)).toEqual(expect.arrayContaining(["−10", "10"]));
});

it("draws boxes of columns and of what boxOf made of them alike", () => {
  const columns = { a: [1, 2, 3, 4, 100], b: [0, 0, 0], c: ["x", "y"], d: [1, null, 3] };
  const direct = boxes(columns);
  const stored = JSON.parse(
    JSON.stringify({ a: boxOf(columns.a), b: boxOf(columns.b), d: boxOf(columns.d) }),
  );
  expect(boxes({ ...stored, c: columns.c }).svg.length).toBeGreaterThan(1000);
  expect(boxes(stored).svg).toBe(boxes({ a: columns.a, b: columns.b, d: columns.d }).svg);
  expect(direct.caption).toContain("Missing values: d (1). Without numbers: c.");
  expect(texts(direct.svg)).toEqual(expect.arrayContaining(["a", "b", "d"]));
});

it("gives features of different units an axis each", () => {
  expect(texts(boxes({ area: [1, 2], price: [1000, 9000], age: [1, 3] }).svg)).toContain(
    "1000 … 9000",
  );
  expect(texts(boxes({ a: [0, 1], b: [0.2, 1] }).svg)).toContain("value");
  expect(texts(boxes({ a: [0, 1], b: [0.2, 1] }, { scale: "own" }).svg)).toContain("0.2 … 1");
});

it("draws the most important features with their shares", () => {
  const features = line(30).map((i) => ({
    name: `f${i}`,
    mean: 1 / (i + 1),
    share: 0.5 / (i + 1),
    deviation: 0.01,
  }));
  const chart = importanceBars(
    { score: "r2", repeats: 10, features: features.toReversed() },
    { top: 5 },
  );
  expect(count(chart.svg, "rect")).toBe(5 + 1); // and the frame
  expect(texts(chart.svg).filter((text) => /^f\d/.test(text))).toEqual([
    "f0",
    "f1",
    "f2",
    "f3",
    "f4",
  ]);
  expect(texts(chart.svg)).toContain("50.0 %");
  expect(chart.caption).toContain("25 more features");
});

it("draws the dependence on a number with single rows, on words with dots", () => {
  const average = [1, 2, 4];
  const curvesOf = line(200).map((row) => average.map((y) => y + row / 100));
  const chart = dependence({
    axes: [{ name: "age", values: [0, 1, 5] }],
    rows: 200,
    average,
    curves: curvesOf,
  });
  expect(paths(chart, "line")).toHaveLength(50 + 1);
  expect(chart.caption).toContain("Thin lines are 50 of 200 rows.");
  const words = dependence({ axes: [{ name: "city", values: ["a", "b", "c"] }], average });
  expect(texts(words.svg)).toEqual(expect.arrayContaining(["a", "b", "c"]));
  expect(count(words.svg, "circle")).toBe(3);
});

it("draws a surface as cells between the middles of its values", () => {
  const chart = surface(
    {
      axes: [
        { name: "a", values: [0, 1, 10] },
        { name: "b", values: [0, 1] },
      ],
      average: [0, 1, 1, 0, 0.5, 0.5],
    },
    { points: { x: [0, 10], y: [0, 1], values: [0, 1] }, width: 400, height: 300 },
  );
  expect(count(chart.svg, "circle")).toBe(2);
  const cells = paths(chart, "cells").join("");
  // Two columns of two cells, and a last one whose two cells are the same.
  expect(cells.match(/M/g)).toHaveLength(6);
  const widths = [...cells.matchAll(/M([\d.]+) [\d.]+H([\d.]+)/g)].map(
    ([, from, to]) => Number(to) - Number(from),
  );
  // From -0.5 to 0.5, to 5.5, and to 14.5.
  const narrowest = Math.min(...widths);
  expect(widths.map((width) => Math.round(width / narrowest)).toSorted((a, b) => a - b)).toEqual([
    1, 1, 5, 5, 9, 9,
  ]);
  expect(
    dependence({
      axes: [
        { name: "a", values: ["x", "y"] },
        { name: "b", values: [1] },
      ],
      average: [1, 2],
    }).title,
  ).toBe("prediction over a and b, on average");
});

it("draws nothing, one point and constant columns without falling over", () => {
  const axis = (values: unknown[]): { name: string; values: unknown[] } => ({ name: "x", values });
  const charts = [
    ...[[], [5], [5, 5, 5], [Number.NaN], [null, 3], [1e300, -1e300], [1e-300, 2e-300]].map(
      (values) => scatter({ x: axis(values), y: axis(values), colour: axis(values) }),
    ),
    predictedAgainstTrue({ truth: [], predicted: [] }),
    predictedAgainstTrue({ truth: line(2000, () => 5), predicted: line(2000, () => 5) }),
    residuals({ truth: [], predicted: [] }),
    residuals({ truth: [1], predicted: [1] }, { over: axis(["a"]) }),
    map({ latitude: [], longitude: [] }),
    map({ latitude: [90, -90], longitude: [-180, 180] }),
    boxes({}),
    boxes({ a: [] }),
    importanceBars({ features: [] }),
    importanceBars({ features: [{ name: "a", mean: -0.1, share: 0, deviation: Number.NaN }] }),
    curves([], { figure: "loss" }),
    curves([{ history: { loss: [] } }], { figure: "loss" }),
    curves([{ history: { loss: [Number.NaN, Infinity] } }], { figure: "loss" }),
    foldFigures([], { figure: "r2" }),
    foldFigures([{ metrics: { r2: { mean: Number.NaN, folds: [Number.NaN, 1] } } }], {
      figure: "r2",
    }),
    dependence({ axes: [axis([])], average: [] }),
    dependence({ axes: [axis([1])], average: [3] }),
    surface({ axes: [axis([1]), axis([1])], average: [3] }),
    surface({ axes: [axis([]), axis([])], average: [] }),
  ];
  for (const { svg, title } of charts) {
    elements(svg);
    expect(svg, title).not.toMatch(/NaN|undefined|Infinity/);
  }
  expect(texts(charts[0]!.svg)).toContain("nothing to show");
});

it("shows names as they are, whatever is in them", () => {
  const name = `<script>alert("1")</script> & 'x' \u0000 \uD800 ]]>`;
  const values = [1, 2, 3];
  const charts = [
    scatter(
      { x: { name, values }, y: { name, values }, colour: { name, values } },
      { title: name },
    ),
    residuals(
      { truth: values, predicted: values, target: name },
      { over: { name, values: [name, name, "b"] } },
    ),
    boxes({ [name]: values }),
    importanceBars({ score: name, features: [{ name, mean: 1, share: 1 }] }),
    curves(
      [
        { name, history: { [name]: [1, 2] } },
        { name, history: {} },
      ],
      { figure: name },
    ),
    dependence({ axes: [{ name, values: [name, "b"] }], average: [1, 2] }, { target: name }),
  ];
  for (const { svg } of charts) {
    expect(elements(svg).some((element) => element.name === "script")).toBe(false);
    expect(svg).toContain("&lt;script&gt;");
    // oxlint-disable-next-line no-control-regex
    expect(svg).not.toMatch(/\u0000|\p{Surrogate}/u);
  }
});

it("gives the same bytes every time, without ids that could meet those of others", () => {
  const draw = (): string => curves([run(3, 500)], { figure: "loss" }).svg;
  expect(draw()).toBe(draw());
  expect(elements(draw()).every(({ attributes }) => !("id" in attributes))).toBe(true);
});

it("refuses what it does not understand, and says what it does", () => {
  const chart = (options: object): unknown => curves([run(1, 3)], { figure: "loss", ...options });
  expect(() => chart({ scale: "logarithmic" })).toThrow(
    "curves: scale must be auto or linear or log, got 'logarithmic'",
  );
  expect(() => chart({ widht: 5 })).toThrow(
    "curves: there is no option 'widht'; there are figure, scale, title, width, height",
  );
  expect(() => chart({ width: Number.NaN })).toThrow(
    "curves: width must be a number of pixels from 120 to 10,000, got NaN",
  );
  expect(() => chart({ title: 5 })).toThrow("curves: title must be a text, got 5");
  expect(() => curves({} as never, { figure: "loss" })).toThrow("curves: expected a list of runs");
  expect(() => residuals({ truth: [1], predicted: [1, 2] })).toThrow(
    "got 1 of 'truth' and 2 of 'predicted'",
  );
  expect(() => residuals({ truth: ["a"], predicted: [1] })).toThrow(
    "residuals: truth must be numbers or dates",
  );
  expect(() => residuals({ truth: [1], predicted: [1] }, { over: "lat" as never })).toThrow(
    "residuals: over must be { name, values }, got 'lat'",
  );
  expect(() => surface({ axes: [], average: [] })).toThrow(
    "surface: expected { axes, average } with 2 axes",
  );
  expect(() =>
    surface({
      axes: [
        { name: "a", values: [1, 2] },
        { name: "b", values: [1] },
      ],
      average: [1],
    }),
  ).toThrow("surface: expected a prediction for each of 2 places on the grid, got 1");
  expect(() =>
    surface({
      axes: [
        { name: "a", values: [2, 1] },
        { name: "b", values: [1] },
      ],
      average: [1, 2],
    }),
  ).toThrow("surface: values of 'a' must ascend");
  expect(() => importanceBars({} as never)).toThrow("importanceBars: expected { features:");
  expect(() => importanceBars({ features: [] }, { top: 0 })).toThrow(
    "importanceBars: top must be a whole number from 1, got 0",
  );
  expect(() => boxes({ a: { median: 1 } as never })).toThrow(
    "boxes: 'a' must be values or what boxOf() returns",
  );
});
