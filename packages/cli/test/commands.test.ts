import { existsSync, readFileSync, renameSync, rmSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { flats, flatsExperiment, jsonOf, newPlace, type Place } from "./support.ts";

let place: Place;

beforeAll(async () => {
  place = newPlace();
  place.write("flats.csv", flats(90));
  place.write("flats.json", flatsExperiment());
  const { code } = await place.nn(["train", "flats.json", "--jobs", "1", "--quiet"]);
  expect(code).toBe(0);
}, 60_000);
afterAll(() => place.remove());

const run = "runs/flats-1";

describe("nn train", () => {
  it("keeps everything in a folder of its own, which counts up", async () => {
    for (const file of [
      "experiment.json",
      "run.json",
      "history.json",
      "predictions.csv",
      "model.safetensors",
      "report.html",
    ])
      expect(existsSync(place.file(`${run}/${file}`)), file).toBe(true);
    const { code, out, error } = await place.nn([
      "train",
      "flats.json",
      "-j",
      "1",
      "--epochs",
      "2",
    ]);
    expect(code).toBe(0);
    expect(out).toContain("flats: 90 rows, 5 inputs");
    expect(out).toMatch(/r2 +-?\d\.\d{4} /);
    expect(out).toContain("runs/flats-2/report.html");
    expect(error).toContain("fold 1/3");
  });

  it("prints one object for programs, with progress elsewhere or nowhere", async () => {
    const ran = await place.nn([
      "train",
      "flats.json",
      "-j",
      "1",
      "--out",
      "json",
      "--json",
      "--quiet",
    ]);
    const { status, folder, model, report, figures } = jsonOf(ran);
    expect({ status, folder, model, report }).toEqual({
      status: "finished",
      folder: place.file("json"),
      model: place.file("json/model.safetensors"),
      report: place.file("json/report.html"),
    });
    expect(figures).toMatchObject({
      rows: 90,
      metrics: { r2: { folds: [expect.any(Number), expect.any(Number), expect.any(Number)] } },
    });
    expect(ran.error).toBe("");
  });

  it("serves a page to watch it at, while it runs", async () => {
    let page: Promise<string> | undefined;
    const watch = (text: string): void => {
      const url = /watch at (http:\S+)/.exec(text)?.[1];
      if (url) page = fetch(url).then((answer) => answer.text());
    };
    const args = [
      "train",
      "flats.json",
      "-q",
      "-j",
      "1",
      "-o",
      "watched",
      "--watch",
      "--port",
      "0",
    ];
    expect((await place.nn(args, { watch })).code).toBe(0);
    expect(await page).toContain("<title>flats</title>");
  });

  it("is overridden by flags, which the run's experiment has", async () => {
    const flags = [
      "--set",
      "optimizer.learningRate=0.1",
      "--set",
      "model.0.units=3",
      "--set",
      "name=other",
    ];
    const more = ["--epochs", "3", "--seed", "9", "--folds", "2", "--backend", "wasm"];
    const ran = await place.nn(["train", "flats.json", "-j", "1", "-q", ...flags, ...more]);
    expect([ran.code, ran.error]).toEqual([0, ""]);
    const experiment: unknown = JSON.parse(
      readFileSync(place.file("runs/other-1/experiment.json"), "utf8"),
    );
    expect(experiment).toMatchObject({
      name: "other",
      epochs: 3,
      seed: 9,
      folds: { folds: 2 },
      backend: { kind: "@nn/backend-wasm#wasm" },
      model: [{ units: 3 }, { units: 1 }],
    });
  });
});

describe("nn train", () => {
  it("ends schedules with the run, where --epochs changes it and nothing else says", async () => {
    const schedule = (epochs: number) => ({ kind: "cosine", initial: 0.05, epochs });
    const learningRate = { kind: "warmUp", learningRate: schedule(20), epochs: 2 };
    const optimizer = { kind: "momentum", learningRate };
    place.write("cosine.json", flatsExperiment({ name: "cosine", optimizer }));
    const args = ["train", "cosine.json", "-j", "1", "--epochs", "3", "-o"];
    const written = (name: string): string =>
      readFileSync(place.file(`${name}/experiment.json`), "utf8").replaceAll(/\s/g, "");
    const { error } = await place.nn([...args, "ended"]);
    expect(error).toContain(
      "nn: schedules end with the run: /optimizer/learningRate/learningRate/epochs is 3, too\n",
    );
    expect(written("ended")).toContain('"final":0,"epochs":3},"from":0,"delays":false,"epochs":2}');
    const own = ["--set", "optimizer.learningRate.learningRate.epochs=20"];
    expect((await place.nn([...args, "own", ...own])).error).not.toContain("schedules end");
    expect(written("own")).toContain('"final":0,"epochs":20}');
  });

  it("gives runs that begin at the same time folders of their own", async () => {
    const args = ["train", "flats.json", "-j", "1", "-q", "--epochs", "1", "--json"];
    const change = ["--set", "name=twice"];
    const ran = await Promise.all([1, 2].map(() => place.nn([...args, ...change])));
    expect(ran.map((each) => jsonOf(each)["folder"]).sort()).toEqual([
      place.file("runs/twice-1"),
      place.file("runs/twice-2"),
    ]);
  });
});

describe("nn predict", () => {
  it("writes rents with the ids beside them, for rows without a rent", async () => {
    place.write("new.csv", "id,floor,area,district,note\nN1,2,50,south,a\nN2,0,90,north,b\n");
    const { code, out } = await place.nn(["predict", run, "new.csv"]);
    expect(code).toBe(0);
    const [head, first, second, ...rest] = out.trim().split("\n");
    expect([head, rest]).toEqual(["id,rent", []]);
    expect(Number(first?.split(",")[1]) / 574).toBeCloseTo(1, 0);
    expect(Number(second?.split(",")[1]) / 724).toBeCloseTo(1, 0);
  });

  it("predicts the same from the model's file, into a file, for programs, and beside another column", async () => {
    place.write("new.csv", "id,floor,area,district,note\nN1,2,50,south,a\nN2,0,90,north,b\n");
    const { out } = await place.nn(["predict", run, "new.csv"]);
    const model = `${run}/model.safetensors`;
    const into = await place.nn(["predict", model, "new.csv", "-o", "out.csv"]);
    expect(into.out).toBe("out.csv: 2 predictions of rent\n");
    expect(readFileSync(place.file("out.csv"), "utf8")).toBe(out);
    const json = jsonOf(await place.nn(["predict", model, "new.csv", "--json", "--id", "note"]));
    expect(json).toMatchObject({
      rows: 2,
      columns: ["note", "rent"],
      file: null,
      predictions: { note: ["a", "b"] },
    });
    const { rent } = json["predictions"] as { rent: number[] };
    expect(out).toBe(`id,rent\nN1,${rent[0]}\nN2,${rent[1]}\n`);
  });

  it("says of how many rows something is missing, and makes the folder that is named", async () => {
    place.write("gap.csv", "id,floor,area,district\nN1,2,,south\nN2,0,90,north\n");
    const { code, out, error } = await place.nn(["predict", run, "gap.csv"]);
    expect([code, error]).toEqual([
      0,
      "nn: 1 row cannot be predicted, since something is missing in it\n",
    ]);
    expect(out).toMatch(/^id,rent\nN1,\nN2,\d+/);
    await place.nn(["predict", run, "gap.csv", "-q", "-o", "made/for/it/out.csv"]);
    expect(readFileSync(place.file("made/for/it/out.csv"), "utf8")).toBe(out);
  });

  it("predicts as the run did, row by row", async () => {
    const { out } = await place.nn(["predict", run, "flats.csv", "--json"]);
    const { predictions } = JSON.parse(out) as { predictions: { id: string[]; rent: number[] } };
    const { figures } = JSON.parse(readFileSync(place.file(`${run}/run.json`), "utf8")) as {
      figures: { best: number };
    };
    const kept = readFileSync(place.file(`${run}/predictions.csv`), "utf8")
      .trim()
      .split("\n")
      .slice(1);
    const ofBest = kept
      .map((line) => line.split(","))
      .filter(([, , fold]) => Number(fold) === figures.best);
    expect(ofBest).toHaveLength(30);
    for (const [row, id, , , rent] of ofBest) {
      expect(predictions.id[Number(row)]).toBe(id);
      expect(predictions.rent[Number(row)]).toBeCloseTo(Number(rent), 3);
    }
  });
});

describe("nn evaluate", () => {
  it("gives the figures of the experiment in both units, and those that are asked for", async () => {
    const { code, out, error } = await place.nn(["evaluate", run, "flats.csv", "--json"]);
    expect(code).toBe(0);
    const { metrics, units } = JSON.parse(out) as { metrics: { r2: number }; units: string };
    expect(units).toBe("original");
    expect(metrics.r2).toBeGreaterThan(0.9);
    expect(error).toBe(
      "nn: the model was trained on most of these rows; figures on unseen ones are those of nn train\n",
    );
    const asked = await place.nn([
      "evaluate",
      `${run}/model.safetensors`,
      "flats.csv",
      "-m",
      "r2,mape",
    ]);
    expect(asked.out).toMatch(/^90 rows, rent .*\n {2}r2 .*\n {2}mape /);
  });

  it("says which column is missing, and which metrics there are", async () => {
    place.write("bare.csv", "area,district,floor\n50,south,2\n");
    const bare = await place.nn(["evaluate", run, "bare.csv"]);
    expect([bare.code, bare.error]).toEqual([
      1,
      "nn: bare.csv has no column 'rent' to compare predictions with; nn predict needs none\n",
    ]);
    const { code, error } = await place.nn(["evaluate", run, "flats.csv", "-m", "r3"]);
    expect(code).toBe(2);
    expect(error).toContain("--metric r3: there is no such metric; there are accuracy,");
  });
});

describe("nn explain", () => {
  it("finds that rents follow the area, on the rows that the model has not seen", async () => {
    const ran = await place.nn(["explain", run, "--repeats", "3", "--top", "2", "--json"]);
    expect(ran.error).toBe("");
    const { importance, dependence, heldOut, file } = JSON.parse(ran.out) as {
      importance: { rows: number; repeats: number; features: { name: string; share: number }[] };
      dependence: { axes: { name: string }[]; average: number[] }[];
      heldOut: boolean;
      file: string;
    };
    expect(importance).toMatchObject({ rows: 30, repeats: 3 });
    expect(importance.features.map(({ name }) => name)).toEqual(["area", "district", "floor"]);
    expect(importance.features[0]!.share).toBeGreaterThan(0.6);
    expect(dependence.map(({ axes }) => axes[0]!.name)).toEqual(["area", "district"]);
    expect(dependence[0]!.average.at(-1)! - dependence[0]!.average[0]!).toBeGreaterThan(300);
    expect(heldOut).toBe(true);
    expect(file).toBe(place.file(`${run}/importance.json`));
    expect(readFileSync(place.file(`${run}/report.html`), "utf8")).toContain(
      "Importance of features",
    );
  });

  it("takes rows of one's own, writes where it is told, and refuses data that has changed", async () => {
    place.write("sold.csv", flats(40));
    const args = [
      "explain",
      `${run}/model.safetensors`,
      "sold.csv",
      "-m",
      "mae",
      "-o",
      "why.json",
      "-r",
      "2",
      "--top",
      "0",
    ];
    const { code, out } = await place.nn(args);
    expect(code).toBe(0);
    expect(out).toMatch(/^mae .* on 40 rows; /);
    expect(existsSync(place.file("why.json"))).toBe(true);
    const none = await place.nn(["explain", `${run}/model.safetensors`]);
    expect([none.code, none.error]).toEqual([
      2,
      "nn: a model's file needs rows to explain it with: nn explain MODEL data.csv\n",
    ]);
    const other = newPlace();
    try {
      other.write("flats.csv", flats(60));
      other.write("flats.json", flatsExperiment({ epochs: 1 }));
      await other.nn(["train", "flats.json", "-q", "-j", "1"]);
      other.write("flats.csv", flats(61));
      const changed = await other.nn(["explain", run]);
      expect([changed.code, changed.error]).toEqual([
        2,
        "nn: flats.csv is not what it was when the run took place; name rows: nn explain RUN data.csv\n",
      ]);
    } finally {
      other.remove();
    }
  });
});

describe("the mean of all folds' models", () => {
  it("is evaluated and explained like any other, with a note that it has seen all rows", async () => {
    const args = ["-q", "-j", "1", "--set", "keep=ensemble", "--set", "members=2", "-o", "mean"];
    expect((await place.nn(["train", "flats.json", ...args])).code).toBe(0);
    const { metrics, transformed } = jsonOf(
      await place.nn(["evaluate", "mean", "flats.csv", "--json"]),
    ) as { metrics: { r2: number }; transformed: null };
    expect(metrics.r2).toBeGreaterThan(0.9);
    expect(transformed).toBe(null);
    const explained = await place.nn(["explain", "mean", "-r", "2", "--top", "1"]);
    expect(explained.error).toContain("nn: the model was trained on these rows;");
    expect(explained.out).toMatch(/^r2 .* on 90 rows; [^]*\n {2}area /);
  });
});

describe("nn report", () => {
  it("writes a report anew, and says what is missing without the data", async () => {
    const { code, out } = await place.nn(["report", run]);
    expect([code, out]).toEqual([0, `${run}/report.html\n`]);
    const whole = readFileSync(place.file(`${run}/report.html`), "utf8");
    expect(whole).toContain("Before the pipeline");
    expect(whole).toContain("flats");
    renameSync(place.file("flats.csv"), place.file("moved.csv"));
    const without = await place.nn(["report", run, "--out", "x.html"]);
    renameSync(place.file("moved.csv"), place.file("flats.csv"));
    expect(without).toEqual({
      code: 0,
      out: "x.html\n",
      error: `nn: the data of ${run} is not there; there are no charts over features\n`,
    });
    const html = readFileSync(place.file("x.html"), "utf8");
    expect([html.includes("r2"), html.includes("Before the pipeline")]).toEqual([true, false]);
    expect((await place.nn(["report", run, run, "--out", "x.html"])).code).toBe(2);
  });
});

describe("nn compare", () => {
  it("sets runs side by side, with what differs and the better ones marked", async () => {
    await place.nn(["train", "flats.json", "-q", "-j", "1", "--epochs", "1", "-o", "short"]);
    const { code, out } = await place.nn(["compare", run, "short/", "--out", "both.html"]);
    expect(code).toBe(0);
    expect(out).toMatch(/r2 +\d\.\d{4}\* +-?\d\.\d{4}\n/);
    expect(out).toMatch(/different +runs\/flats-1 +short\n\/epochs +20 +1\n/);
    expect(readFileSync(place.file("both.html"), "utf8")).toContain("short");
    const json = jsonOf(await place.nn(["compare", run, "short", "--json"]));
    expect(json).toMatchObject({
      runs: [run, "short"],
      options: [{ path: "/epochs", values: [20, 1] }],
    });
    expect((await place.nn(["compare", run])).code).toBe(2);
  });
});

describe("nn rerun", () => {
  it("comes to the same bits, and says so", async () => {
    const { code, out } = await place.nn(["rerun", run, "-j", "1", "--quiet"]);
    expect([code, out]).toEqual([
      0,
      "the same to the last bit: model, figures and predictions\nruns/flats-1-again\n",
    ]);
  });

  it("says what is different where it does not", async () => {
    const other = newPlace();
    try {
      other.write("flats.csv", flats(60));
      other.write("flats.json", flatsExperiment({ epochs: 1 }));
      await other.nn(["train", "flats.json", "-q", "-j", "1"]);
      const same = await other.nn(["rerun", run, "-j", "1", "-q"]);
      expect(same.out).toContain("\nruns/flats-1-again\n");
      other.write("flats.csv", flats(61));
      const ran = await other.nn(["rerun", run, "-j", "1", "--json"]);
      expect(ran.code).toBe(1);
      expect(jsonOf(ran)).toMatchObject({
        folder: other.file("runs/flats-1-again-2"),
        identical: false,
        same: { model: false, figures: false },
        differences: [{ what: "data", matters: true }],
      });
      expect(ran.error).toMatch(
        /nn: data was [0-9a-f]{64} and is [0-9a-f]{64}; bits may differ by it/,
      );
      rmSync(other.file(`${run}/model.safetensors`));
      expect((await other.nn(["rerun", run])).error).toContain("has no model any more");
      expect((await other.nn(["predict", run, "flats.csv"])).error).toContain(
        "has no model any more: its file was removed",
      );
    } finally {
      other.remove();
    }
  });
});
