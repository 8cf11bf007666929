import { readFileSync, writeFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { jsonOf, newPlace, type Place } from "./support.ts";

let place: Place;

beforeEach(() => {
  place = newPlace();
});
afterEach(() => place.remove());

/** A file of rows, each made of its number. */
function csv(head: string, rows: number, line: (i: number) => readonly unknown[]): string {
  return `${[head, ...Array.from({ length: rows }, (_, i) => line(i).join(","))].join("\n")}\n`;
}

function experiment(file = "experiment.json"): Record<string, unknown> {
  return JSON.parse(readFileSync(place.file(file), "utf8")) as Record<string, unknown>;
}

/** Trains what was written, in a moment. */
async function trains(epochs = 25): Promise<Record<string, { readonly mean: number }>> {
  const ran = await place.nn([
    "train",
    "experiment.json",
    "--json",
    "-q",
    "-j",
    "1",
    "--epochs",
    String(epochs),
  ]);
  expect(ran.error).toBe("");
  return (jsonOf(ran)["figures"] as { metrics: Record<string, { mean: number }> }).metrics;
}

describe("nn init", () => {
  it("writes an example with made-up houses, which trains at once", async () => {
    const { code, out } = await place.nn(["init"]);
    expect(code).toBe(0);
    expect(out).toContain("houses.csv: 600 rows of made-up houses, 8 columns");
    expect(out).toContain("$ nn train experiment.json");
    const { r2 } = await trains();
    expect(r2!.mean).toBeGreaterThan(0.9);
    const again = await place.nn(["init"]);
    expect([again.code, again.error]).toEqual([
      2,
      "nn: houses.csv is there already; --force writes over it\n",
    ]);
    expect((await place.nn(["init", "--force"])).code).toBe(0);
  });

  it("tells ids, dates, categories, gaps and texts apart, and predicts skewed numbers by their logarithm", async () => {
    const streets = ["Oak", "Elm", "Ash"];
    place.write(
      "sales.csv",
      csv("sale_id,sold,kind,area,heated,same,remark,code,price", 120, (i) => [
        `S${i}`,
        `${1 + (i % 12)}/${1 + (i % 28)}/2024`,
        streets[i % 3],
        i % 10 === 3 ? "" : 40 + ((i * 37) % 100),
        i % 2 === 0,
        7,
        `seen by ${i % 110}`,
        `0${1000 + (i % 4)}`,
        Math.round(10 ** (4 + ((i * 37) % 100) / 60)),
      ]),
    );
    const { code, out } = await place.nn(["init", "sales.csv"]);
    expect(code).toBe(0);
    const uses = Object.fromEntries(
      out
        .split("\n")
        .flatMap((line) =>
          [...line.matchAll(/^ {2}(\w+) +([\w ]+):/g)].map(([, name, use]) => [name, use]),
        ),
    );
    expect(uses).toEqual({
      sale_id: "ids",
      sold: "date",
      kind: "category",
      area: "number",
      heated: "yes or no",
      same: "dropped",
      remark: "dropped",
      code: "category",
      price: "what to predict",
    });
    const { pipeline, ids, target, data } = experiment();
    expect({ ids, target }).toEqual({ ids: "sale_id", target: "price" });
    expect(data).toMatchObject({ types: { code: "string", area: "number" } });
    expect(pipeline).toEqual([
      {
        kind: "extractDate",
        column: "sold",
        parts: ["month", "timestamp"],
        cyclical: true,
        format: "M/D/YYYY",
      },
      { kind: "drop", columns: ["same", "remark", "sold"] },
      { kind: "impute", columns: ["area"], with: "median" },
      { kind: "log10", columns: ["price"] },
      { kind: "standard", columns: ["price", "area", "sold_timestamp"] },
      { kind: "oneHot", columns: ["kind", "code"], unknown: "zeros" },
    ]);
    expect(Object.keys(await trains())).toEqual(["loss", "r2", "rmse", "mae"]);
  });

  it("classifies words, and predicts them", async () => {
    const names = ["sun", "moon", "star"];
    place.write(
      "sky.csv",
      csv("size,light,body", 90, (i) => [(i % 3) * 10 + (i % 7), (i * 13) % 11, names[i % 3]]),
    );
    const { out } = await place.nn(["init", "sky.csv", "--target", "body"]);
    expect(out).toContain("what to predict: one of 3 classes");
    expect(experiment()).toMatchObject({
      target: ["body_moon", "body_star", "body_sun"],
      loss: "crossEntropy",
      folds: { kind: "stratified", labels: "body" },
    });
    const args = ["-j", "1", "--folds", "3", "--epochs", "1", "--set", "keep=ensemble", "-o"];
    const { error } = await place.nn(["train", "experiment.json", ...args, "three"]);
    expect(error).toContain("nn: the mean of all folds predicts body_moon, body_star, body_sun as");
    for (const command of ["evaluate", "explain"])
      expect((await place.nn([command, "three", "sky.csv"])).error).toMatch(
        /^nn: the mean of all folds predicts .* with which no rows can be compared; /m,
      );
    expect(experiment("three/experiment.json")["folds"]).toMatchObject({
      labels: "body",
      folds: 3,
    });
    expect((await trains(60))["accuracy"]!.mean).toBeGreaterThan(0.8);
    place.write("new.csv", "light,size\n5,1\n5,24\n");
    expect((await place.nn(["predict", "runs/sky-1", "new.csv"])).out).toBe("body\nsun\nstar\n");
    expect((await place.nn(["evaluate", "runs/sky-1", "sky.csv"])).out).toMatch(
      /accuracy +(1|0\.[89])/,
    );
    expect((await place.nn(["explain", "runs/sky-1", "-q"])).out).toMatch(
      /^accuracy [^]*\n {2}size /,
    );
  });

  it("predicts yes and no as probabilities", async () => {
    place.write(
      "mail.csv",
      csv("words,links,spam", 80, (i) => [
        (i * 7) % 50,
        (i * 7) % 50 > 25 ? 3 : i % 2,
        Number((i * 7) % 50 > 25),
      ]),
    );
    const { out } = await place.nn(["init", "mail.csv"]);
    expect(out).toContain("what to predict: yes or no, as a probability");
    const { rocAuc } = await trains();
    expect(rocAuc!.mean).toBeGreaterThan(0.9);
    const { predictions } = jsonOf(
      await place.nn(["predict", "runs/mail-1", "mail.csv", "--json"]),
    ) as {
      predictions: { spam: number[] };
    };
    expect(predictions.spam.every((value) => value >= 0 && value <= 1)).toBe(true);
  });

  it("says what cannot be predicted, and why", async () => {
    const refuses = async (args: readonly string[], message: string): Promise<void> => {
      const { code, error } = await place.nn(["init", "odd.csv", ...args]);
      expect(code).not.toBe(0);
      expect(error).toContain(message);
    };
    place.write(
      "odd.csv",
      csv("x,gap,text,one,Day", 80, (i) => [
        i % 9,
        i === 4 ? "" : i,
        `t${i}`,
        i === 0 ? "a" : "b",
        "2024-01-02",
      ]),
    );
    await refuses(["-t", "day"], "there is no column 'day'; did you mean 'Day'?");
    await refuses(["-t", "nothing"], "there are x, gap, text, one, Day");
    await refuses(["-t", "gap"], "'gap' cannot be predicted: 1 row of 80 have no value");
    await refuses(["-t", "text"], "it has 80 different texts, and at most 50 classes can be");
    await refuses(["-t", "one"], "class 'a' has a single row");
    await refuses(["-t", "Day"], "it is the same in all rows");
    place.write("odd.csv", "a,b\n1,2\n3,4\n");
    await refuses([], "there are only 2 rows");
    place.write(
      "odd.csv",
      csv("key,y", 60, (i) => [i, (i * 7) % 20]),
    );
    await refuses(["-t", "y"], "from\n  'key' tells rows apart, stands beside");
  });

  it("reads numbers with a comma, and keeps saying so", async () => {
    const lines = csv("Größe;Ort;Preis", 60, (i) => [
      `${i % 9},5;${["Köln", "Bonn"][i % 2]};${(i % 9) * 2},25`,
    ]);
    place.write("de.csv", lines);
    expect((await place.nn(["init", "de.csv"])).code).toBe(0);
    expect(experiment()).toMatchObject({
      target: "Preis",
      data: { decimal: ",", types: { Größe: "number", Ort: "string", Preis: "number" } },
    });
    expect((await trains())["r2"]!.mean).toBeGreaterThan(0.5);
    place.write("new.csv", "Ort;Größe\nKöln;4,5\n");
    const { out } = await place.nn(["predict", "runs/de-1", "new.csv"]);
    expect(Number(out.split("\n")[1]) / 8.25).toBeCloseTo(1, 0);
  });

  it("reads texts of Windows, and keeps saying so", async () => {
    const text = csv("Größe,Preis", 60, (i) => [(i % 9) + 0.5, (i % 9) * 2 + 1]);
    const encodings = { "windows-1252": "latin1", "utf-16le": "utf16le" } as const;
    for (const [encoding, name] of Object.entries(encodings)) {
      const mark = name === "utf16le" ? "\ufeff" : "";
      writeFileSync(place.file("old.csv"), Buffer.from(mark + text, name));
      const { out } = await place.nn(["init", "old.csv", "--force"]);
      expect(out).toContain(`old.csv: 60 rows, 2 columns, read as ${encoding}\n`);
      expect(out).toMatch(/ {2}Preis +what to predict: a number; --target names another\n/);
      expect(experiment()).toMatchObject({ data: { encoding, types: { Größe: "number" } } });
    }
    expect((await trains())["r2"]!.mean).toBeGreaterThan(0.5);
  });

  it("tells programs what it did", async () => {
    place.write(
      "a.csv",
      csv("x,y", 30, (i) => [i % 7, (i % 7) * 2 + (i % 3)]),
    );
    const json = jsonOf(await place.nn(["init", "a.csv", "--json", "-o", "deep/e.json"]));
    expect(json).toMatchObject({
      experiment: place.file("deep/e.json"),
      rows: 30,
      target: "y",
      task: "numbers",
    });
    expect(experiment("deep/e.json")).toMatchObject({ data: { file: "../a.csv" } });
  });
});
