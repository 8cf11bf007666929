import { expect, it } from "vitest";
import {
  type Block,
  compareReport,
  curves,
  report,
  type RunRecord,
  runReport,
} from "../src/index.ts";
import { elements, numbers, run, texts } from "./support.ts";

/** A run with all there is, of as many houses as King County sold, with as many features. */
function houses(rows: number, features: number): RunRecord {
  const next = numbers(11);
  const column = (of: () => number): Float64Array => Float64Array.from({ length: rows }, of);
  const truth = column(() => 75_000 * 100 ** next());
  const named = Object.fromEntries(
    Array.from({ length: features }, (_, i) => [`feature ${i}`, column(next)]),
  );
  const columns = {
    ...named,
    lat: column(() => 47.2 + next() / 2),
    long: column(() => -122.5 + next()),
    date: Array.from(
      { length: rows },
      (_, i) => `2014${String((i % 12) + 1).padStart(2, "0")}01T000000`,
    ),
    zip: Array.from({ length: rows }, (_, i) => `zip ${i % 70}`),
  };
  const steps = Array.from({ length: 40 }, (_, i) => i / 40);
  return {
    name: "Houses",
    description: "The prices of houses.",
    date: "2026-01-02",
    seconds: 47.1,
    ...run(8, 500),
    transformedMetrics: { r2: 0.88 },
    units: "original",
    predictions: {
      target: "price",
      truth,
      predicted: truth.map((x) => x * (0.8 + next() / 2)),
      features: columns,
    },
    importance: {
      score: "r2",
      repeats: 10,
      features: Object.keys(columns).map((name, i) => ({
        name,
        share: 1 / 2 ** (i + 1),
        mean: 1 / (i + 1),
        deviation: 0.01,
      })),
    },
    dependence: Object.keys(named).map((name) => ({
      axes: [{ name, values: steps.slice(0, 20) }],
      rows: 500,
      average: steps.slice(0, 20),
      curves: Array.from({ length: 500 }, () => steps.slice(0, 20).map((x) => x + next())),
    })),
    surface: {
      axes: [
        { name: "a", values: steps },
        { name: "b", values: steps },
      ],
      average: steps.flatMap((a) => steps.map((b) => a * b)),
    },
    boxes: { before: columns, after: named },
    config: { seed: 7, model: { kind: "@nn/core#sequential", config: { layers: [16, 1] } } },
    environment: { node: "v22.1.0", seed: 7, data: "sha256:0f", revision: undefined },
  };
}

it("says all of a run in one file of at most two megabytes that needs nothing else", () => {
  const html = runReport(houses(21_613, 16));
  expect(html.length).toBeLessThan(2_000_000);
  const all = elements(html);
  expect(all.map(({ name }) => name)).not.toContain("script");
  for (const { name, attributes } of all)
    for (const [key, value] of Object.entries(attributes)) {
      if (/^(href|src|srcset|data|action|xlink:href|poster|on.*)$/.test(key))
        expect(value, name).toMatch(/^#/);
      expect(value).not.toMatch(/url\(/);
    }
  // No address but the name of SVG's own vocabulary.
  expect([...new Set(html.match(/https?:\/\/[^" ]*/g))]).toEqual(["http://www.w3.org/2000/svg"]);
  expect(all.find(({ name }) => name === "style")!.text).not.toMatch(/@import|url\(/);
  const policy = all.find(
    ({ attributes }) => attributes["http-equiv"] === "Content-Security-Policy",
  );
  expect(policy!.attributes["content"]).toMatch(
    /^default-src 'none'; style-src 'unsafe-inline'; img-src data:/,
  );
  expect(all.filter(({ name }) => name === "h2").map(({ text }) => text)).toEqual([
    "Figures",
    "Training",
    "Predictions",
    "Explanation",
    "Features",
    "Configuration and environment",
  ]);
  // Residuals over every feature, one of which is shown.
  const choices = all.filter(({ name }) => name === "input");
  expect(choices).toHaveLength(20);
  expect(choices.filter(({ attributes }) => "checked" in attributes)).toHaveLength(1);
  const titles = all
    .filter(({ name, within }) => name === "b" && within.includes("figcaption"))
    .map(({ text }) => text);
  expect(titles).toEqual(
    expect.arrayContaining([
      "loss by epoch",
      "r2 by epoch",
      "r2 by fold",
      "price: predicted against true",
      "Residuals of price over zip",
      "true price by place",
      "Residuals of price over true price",
      "true − predicted price by place",
      "Importance of features",
      "predicted price over feature 3, on average",
      "predicted price over a and b",
      "Before the pipeline",
      "After the pipeline",
    ]),
  );
});

it("is readable without seeing the pictures", () => {
  const html = runReport(houses(200, 2));
  const all = elements(html);
  for (const svg of all.filter(({ name }) => name === "svg")) {
    expect(svg.attributes["role"]).toBe("img");
    expect(svg.attributes["aria-label"]!.length).toBeGreaterThan(5);
  }
  const cells = all.filter(({ name }) => ["th", "td"].includes(name)).map(({ text }) => text);
  expect(cells).toEqual(
    expect.arrayContaining(["r2", "0.8875 ± 0.012", "fold 8", "0.905", "v22.1.0", "50.0 %"]),
  );
  expect(all.filter(({ name }) => name === "table").length).toBe(4);
  expect(html).toContain("&quot;layers&quot;: [");
  expect(html).toContain("Begun 2026-01-02. It took 47.1 s.");
  const ids = all.flatMap(({ attributes }) => attributes["id"] ?? []);
  expect(new Set(ids).size).toBe(ids.length);
  for (const { attributes } of all.filter(({ name }) => name === "label"))
    expect(ids).toContain(attributes["for"]);
});

it("gives the same bytes for the same run", () => {
  expect(runReport(houses(2000, 3))).toBe(runReport(houses(2000, 3)));
});

it("leaves out what a run does not have", () => {
  const html = runReport({ name: "bare" });
  expect(elements(html).some(({ name }) => name === "h2")).toBe(false);
  expect(html).toContain("<h1>bare</h1>");
  const fitted = runReport({ name: "fit", history: { loss: [3, 2, 1] }, metrics: { loss: 1 } });
  expect(elements(fitted).filter(({ name }) => name === "svg")).toHaveLength(1);
});

it("takes what JSON makes of a run", () => {
  const made = { ...houses(300, 2) };
  const { truth, predicted } = made.predictions as { truth: Float64Array; predicted: Float64Array };
  const again = {
    ...made,
    predictions: { target: "price", truth: [...truth], predicted: [...predicted] },
    boxes: {},
  };
  const parsed = JSON.parse(JSON.stringify(again)) as RunRecord;
  expect(runReport(parsed)).toContain("price: predicted against true");
});

it("compares runs: figures, curves, and where configurations differ", () => {
  const runs = [
    {
      name: "sgd",
      ...run(3, 40),
      seconds: 3,
      config: { seed: 7, optimizer: { kind: "sgd", rate: 0.1 }, layers: [1, 2] },
    },
    {
      name: "adam",
      ...run(4, 60),
      config: { optimizer: { rate: 0.01, kind: "adam" }, seed: 7, layers: [1, 3] },
    },
    { name: "plain", history: { loss: [2, 1] }, metrics: { loss: 1 } },
  ];
  const html = compareReport(runs);
  const all = elements(html);
  const rows = all
    .filter(({ name, attributes }) => name === "th" && attributes["scope"] === "row")
    .map(({ text }) => text);
  expect(rows).toEqual(["sgd", "adam", "plain", "seed", "optimizer", "layers"]);
  const two = elements(compareReport(runs.slice(0, 2)));
  expect(
    two
      .filter(({ name, attributes }) => name === "th" && attributes["scope"] === "row")
      .map(({ text }) => text),
  ).toEqual(["sgd", "adam", "optimizer.kind", "optimizer.rate", "layers.1"]);
  expect(texts(html.match(/<svg[\s\S]*?<\/svg>/)![0])).toEqual(
    expect.arrayContaining(["sgd", "adam", "plain"]),
  );
  expect(
    compareReport([
      { name: "a", config: 1 },
      { name: "b", config: 1 },
    ]),
  ).toContain("They are the same.");
});

it("shows texts as they are, whatever is in them", () => {
  const text = `</style><script>alert(1)</script><img src=x onerror="alert(1)">&amp;`;
  const chart = curves([{ history: { [text]: [1, 2] } }], { figure: text });
  const blocks: Block[] = [
    { kind: "text", text },
    { kind: "charts", charts: [{ ...chart, caption: text }] },
    { kind: "choice", label: text, options: [{ name: text, chart }] },
    { kind: "table", caption: text, columns: [text], rows: [[text]] },
    { kind: "json", title: text, value: { [text]: text } },
  ];
  const html = report({ title: text, lead: text, sections: [{ title: text, lead: text, blocks }] });
  const all = elements(html);
  expect(all.filter(({ name }) => ["script", "img"].includes(name))).toEqual([]);
  expect(html.match(/&amp;amp;/g)!.length).toBeGreaterThan(10);
});

it("counts which classes are taken for which", () => {
  const html = runReport({
    name: "animals",
    predictions: {
      target: "species",
      truth: ["cat", "cat", "cat", "dog", "dog", "<owl>", null],
      predicted: ["cat", "dog", "cat", "dog", "dog", "cat", "cat"],
    },
  });
  const all = elements(html);
  const cells = all.filter(({ name }) => name === "th" || name === "td").map(({ text }) => text);
  const rows = [
    ["true species", "cat", "dog", "&lt;owl&gt;", "right"],
    ["cat", "2", "1", "0", "66.7 %"],
    ["dog", "0", "2", "0", "100.0 %"],
    ["&lt;owl&gt;", "1", "0", "0", "0.0 %"],
  ];
  expect(cells).toEqual(rows.flat());
  expect(html).toContain("Of 6 rows, 66.7 % are predicted right. 1 row with missing values");
  const many = Array.from({ length: 40 }, (_, i) => `class ${i % 20}`);
  const pooled = runReport({ name: "a", predictions: { truth: many, predicted: many } });
  expect(pooled).toContain("8 others");
  expect(pooled).toContain("Of 40 rows, 100.0 % are predicted right.");
  expect(() =>
    runReport({ name: "a", predictions: { truth: ["a"], predicted: ["a", "b"] } }),
  ).toThrow("columns must have a value for each row");
});

it("has metrics before the loss, and deviations in two digits", () => {
  const figure = (mean: number) => ({ mean, standardDeviation: 0.0123456, folds: [mean, mean] });
  const html = runReport({ name: "a", metrics: { loss: figure(29_000), r2: figure(0.9) } });
  expect(html.indexOf("0.9 ± 0.012<")).toBeGreaterThan(0);
  expect(html.indexOf("r2 by fold")).toBeLessThan(html.indexOf("loss by fold"));
});

it("says when a run began and how long it took", () => {
  const lead = (date: string): string =>
    elements(runReport({ name: "a", date, seconds: 75 })).find(({ name }) => name === "p")!.text;
  expect(lead("2026-01-02T03:04:05.678Z")).toBe("Begun 2026-01-02, 03:04 UTC. It took 1 min 15 s.");
  expect(lead("on Monday")).toBe("Begun on Monday. It took 1 min 15 s.");
});

it("sets all cells of a column alike", () => {
  const html = report({
    title: "a",
    sections: [
      {
        title: "b",
        blocks: [
          {
            kind: "table",
            columns: ["", "text", "number"],
            rows: [
              ["a", "20.1", 1],
              ["b", "x", "2 ± 1"],
            ],
          },
        ],
      },
    ],
  });
  const classes = elements(html)
    .filter(({ name }) => name === "td")
    .map(({ attributes }) => attributes["class"]);
  expect(classes).toEqual(["text", undefined, "text", undefined]);
});

it("refuses what it does not understand", () => {
  expect(() => runReport({} as never)).toThrow(
    "runReport: expected a record of a run, such as { name: 'houses', ...result }",
  );
  expect(() => compareReport([])).toThrow("compareReport: expected a list of runs");
  expect(() => compareReport([{ name: "a" }], { titel: "" } as never)).toThrow(
    "there is no option 'titel'; there are title",
  );
  expect(() => report({ title: "a", sections: [{}] as never })).toThrow(
    "report: sections must be a list of { title, blocks }",
  );
  const show = (block: object): string =>
    report({ title: "a", sections: [{ title: "b", blocks: [block as Block] }] });
  expect(() => show({ kind: "picture" })).toThrow(
    "report: blocks are of kind text, charts, choice, table or json",
  );
  expect(() => show({ kind: "charts", charts: [{ svg: "<img>" }] })).toThrow(
    "report: expected what a chart such as curves() returns",
  );
  expect(() => show({ kind: "table", columns: ["a"], rows: [["b", "c"]] })).toThrow(
    "rows of as many cells",
  );
  const loop: { self?: object } = {};
  loop.self = loop;
  expect(() => show({ kind: "json", title: "a", value: loop })).toThrow(
    "report: a json block holds what JSON cannot",
  );
});
