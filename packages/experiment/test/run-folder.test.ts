import type { Json } from "@nn/core";
import {
  differences,
  type Experiment,
  isSameResult,
  readExperiment,
  runExperiment,
  type RunRecord,
} from "@nn/experiment";
import { circumstancesOf, openRun, type OpenRunOptions, readRun } from "@nn/experiment/node";
import { safetensors } from "@nn/safetensors";
import { loadModel } from "@nn/trainer/node";
import { predictTable } from "@nn/trainer-kfold";
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { backend, plugins, read, table } from "./support.ts";

const version = /^\d+\.\d+\.\d+/;
const format = safetensors();
const files = [
  "experiment.json",
  "history.json",
  "model.safetensors",
  "predictions.csv",
  "run.json",
];
let place: string;
let data: string;
beforeAll(async () => {
  place = await mkdtemp(path.join(tmpdir(), "nn runs größe-"));
  data = path.join(place, "houses.csv");
  await writeFile(data, "price\n1\n");
});
afterAll(() => rm(place, { recursive: true, force: true }));

const experiment = (changes: { readonly [name: string]: Json } = {}): Experiment =>
  read({ ids: "id", ...changes });
const open = (name: string, changes: Partial<OpenRunOptions> = {}) =>
  openRun(path.join(place, name), { experiment: experiment(), backend, data, format, ...changes });
const whole = async (name: string, own = experiment(), changes: Partial<OpenRunOptions> = {}) => {
  const run = await open(name, { experiment: own, ...changes });
  return run.finish(await runExperiment(own, { table, backend, store: run.store }));
};
const textOf = (name: string, file: string): Promise<string> =>
  readFile(path.join(place, name, file), "utf8");
/** The files of a run in which time does not stand. */
const bitsOf = (name: string) =>
  Promise.all(
    files.slice(0, -1).map(async (file) =>
      createHash("sha256")
        .update(await readFile(path.join(place, name, file)))
        .digest("hex"),
    ),
  );

describe("a run's folder", () => {
  it("keeps everything that is needed to read, to compare and to repeat it", async () => {
    const record = await whole("first", experiment(), { versions: { "@nn/cli": "9.9.9" } });
    expect((await readdir(path.join(place, "first"))).toSorted()).toEqual(files);
    expect(record).toMatchObject({
      format: 1,
      name: "houses",
      status: "finished",
      error: null,
      data: {
        file: "houses.csv",
        bytes: 8,
        sha256: createHash("sha256").update("price\n1\n").digest("hex"),
      },
      versions: {
        "@nn/core": expect.stringMatching(version),
        "@nn/layers-dense": expect.stringMatching(version),
        "@nn/backend-js": expect.stringMatching(version),
        "@nn/cli": "9.9.9",
      },
      environment: { node: process.versions.node, backend: "@nn/backend-js#js", numerics: null },
      figures: { ended: "folds", folds: [{}, {}, {}] },
    });
    expect(record.git?.revision ?? "0".repeat(40)).toMatch(/^[\da-f]{40}$/);
    expect(record.dataFile).toBe("../houses.csv");
    const stored = await readRun(path.join(place, "first"));
    expect(stored.record).toEqual(record);
    expect(stored.experiment).toEqual(experiment().json);
    expect(stored.history!.folds[0]!["loss"]).toHaveLength(4);
    const lines = (await textOf("first", "predictions.csv")).trimEnd().split("\n");
    expect(lines[0]).toBe("row,id,fold,price,price_predicted");
    expect(lines[4]).toMatch(/^3,"h3, ""no\. 3""",\d,\d+,\d+(\.\d+)?$/);
    expect(lines).toHaveLength(31);
  });

  it("has a model that predicts raw rows, and says what it was made by", async () => {
    const own = experiment({ keep: "all" });
    const run = await open("model", { experiment: own });
    const result = await runExperiment(own, { table, backend });
    await run.finish(result);
    const { model } = await readRun(path.join(place, "model"));
    const opened = await loadModel(model!, { format, plugins: own.plugins, backend });
    expect((await predictTable(opened, table)).array("price")).toEqual(
      (await result.model.predictTable(table)).array("price"),
    );
    expect(opened.metadata["experiment"]).toEqual(own.json);
  });

  it("is repeated to the same bits", async () => {
    const before = await readRun(path.join(place, "first"));
    const again = readExperiment(before.experiment, { plugins });
    expect(
      differences(before.record, {
        ...(await circumstancesOf(again, { backend, data, versions: { "@nn/cli": "9.9.9" } })),
      }),
    ).toEqual([]);
    const record = await whole("again", again);
    expect(isSameResult(before.record.figures!, record.figures!)).toBe(true);
    expect(await bitsOf("again")).toEqual(await bitsOf("first"));
    const other = await whole("other", experiment({ seed: 8 }));
    expect(isSameResult(before.record.figures!, other.figures!)).toBe(false);
  });

  it("goes on to the same bits after it was stopped", async () => {
    const stop = new AbortController();
    const run = await open("stopped");
    const result = await runExperiment(experiment(), {
      table,
      backend,
      store: run.store,
      signal: stop.signal,
      observe: (fold) => ({
        epoch: ({ epoch }) => (fold === 1 && epoch === 2 ? stop.abort() : undefined),
      }),
    });
    expect((await run.finish(result)).status).toBe("stopped");
    expect((await readdir(path.join(place, "stopped", "folds"))).length).toBe(2);
    await expect(open("stopped")).rejects.toThrow(
      /has a run already \(stopped, of 20.*or resume it/,
    );
    const trained: number[] = [];
    const resumed = await open("stopped", { resume: true });
    expect(resumed.record.started).toBe(run.record.started);
    const observe = (fold: number) => ({ start: () => void trained.push(fold) });
    await resumed.finish(
      await runExperiment(experiment(), { table, backend, store: resumed.store, observe }),
    );
    expect(trained).toEqual([1, 2]);
    expect(await bitsOf("stopped")).toEqual(await bitsOf("first"));
    expect((await readdir(path.join(place, "stopped"))).toSorted()).toEqual(files);
    await expect(open("stopped", { resume: true })).rejects.toThrow(
      "has finished; there is nothing to resume",
    );
  });

  it("goes on to the same bits after its process was killed", { timeout: 60_000 }, async () => {
    const script = fileURLToPath(new URL("killed-run.ts", import.meta.url));
    const args = [
      "--import",
      "tsx",
      "--conditions=@nn/source",
      script,
      path.join(place, "killed"),
      data,
    ];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
    child.stdout.once("data", () => child.kill("SIGKILL"));
    const signal = await new Promise((resolve) => child.on("close", (_, name) => resolve(name)));
    expect(signal).toBe("SIGKILL");
    expect((await readRun(path.join(place, "killed"))).record.status).toBe("running");
    await whole("killed", experiment(), { resume: true });
    expect(await bitsOf("killed")).toEqual(await bitsOf("first"));
  });

  it("is only resumed with the same experiment, data and versions", async () => {
    const run = await open("failed");
    expect(await run.fail(new Error("no memory"))).toMatchObject({
      status: "failed",
      error: "no memory",
    });
    const again = (changes: Partial<OpenRunOptions>) =>
      open("failed", { resume: true, ...changes });
    await expect(again({ experiment: experiment({ epochs: 9 }) })).rejects.toThrow(
      "of another experiment: it differs at /epochs",
    );
    const model = [
      { kind: "dense", units: 5, activation: "tanh", repeat: 2 },
      { kind: "dense", units: 1 },
    ];
    await expect(again({ experiment: experiment({ model }) })).rejects.toThrow(
      "it differs at /model/0/units",
    );
    const other = path.join(place, "other.csv");
    await writeFile(other, "price\n2\n");
    await expect(again({ data: other })).rejects.toThrow(
      /cannot go on to the same bits: data was \w+ and is \w+/,
    );
    await expect(again({ versions: { "@nn/x": "2" } })).rejects.toThrow(
      "versions/@nn/x was none and is 2",
    );
    expect((await again({})).record).toMatchObject({ status: "running", error: null });
    const stopped = await (await open("aborted")).fail(AbortSignal.abort().reason);
    expect(stopped.status).toBe("stopped");
  });

  it("does not write over what is no run's", async () => {
    await mkdir(path.join(place, "mine"));
    await writeFile(path.join(place, "mine/experiment.json"), "{}");
    await expect(open("mine")).rejects.toThrow("has an experiment.json that is of no run");
    expect(await textOf("mine", "experiment.json")).toBe("{}");
    await expect(open("first")).rejects.toThrow("choose another folder");
    await expect(open("new", { data: path.join(place, "none.csv") })).rejects.toThrow("ENOENT");
    expect(await readdir(place)).not.toContain("new");
  });

  it("is not begun with what is no folder, or with wrong options", async () => {
    await expect(open("houses.csv")).rejects.toThrow("houses.csv' is a file, or in one");
    await expect(open("houses.csv/x")).rejects.toThrow("houses.csv/x' is a file, or in one");
    for (const [changes, message] of [
      [{ experiment: {} }, "openRun: experiment must be one of readExperiment(), got {}"],
      [{ format: undefined }, "format must be a format such as safetensors(), got undefined"],
      [{ backend: undefined }, "openRun: expected { backend: await experiment.backend.open() }"],
      [{ data: 3 }, "openRun: data must be the file that the table is read from, got 3"],
      [{ resume: "yes" }, 'openRun: resume must be true or false, got "yes"'],
      [{ resum: true }, "openRun: there is no option 'resum'; did you mean 'resume'?"],
    ] as const)
      await expect(open("wrong", changes as never)).rejects.toThrow(message);
    expect(await readdir(place)).not.toContain("wrong");
    await expect(openRun("", undefined as never)).rejects.toThrow("expected the name of a folder");
  });

  it("is written by one process at a time", async () => {
    const run = await open("locked");
    await expect(open("locked", { resume: true })).rejects.toThrow(
      /^openRun: '.*locked': this process has it open already; wait for its end, or choose another folder \(the lock is '.*run\.lock'\)$/,
    );
    const file = path.join(place, "locked", "run.lock");
    const own = JSON.parse(await readFile(file, "utf8")) as { began: string };
    await run.fail(new Error("no memory"));
    expect(await readdir(path.join(place, "locked"))).not.toContain("run.lock");

    const lockWith = (changes: object) => writeFile(file, JSON.stringify({ ...own, ...changes }));
    const again = () => open("locked", { resume: true });
    await lockWith({ process: process.ppid, began: "" });
    if (own.began === "") await expect(again()).rejects.toThrow(`process ${process.ppid} on`);
    // Its number is that of another process by now.
    else await (await again()).fail("");
    await lockWith({ process: 999_999_999 });
    await (await again()).fail("");
    await lockWith({ host: "elsewhere", process: 7 });
    await expect(again()).rejects.toThrow("process 7 on elsewhere is writing to it");
    const old = new Date(Date.now() - 90_000);
    await utimes(file, old, old);
    await (await again()).fail("");
    // One that is not written yet, and what a process has left that was killed while it did.
    await writeFile(file, "");
    await expect(again()).rejects.toThrow("another process is writing to it");
    await utimes(file, old, old);
    await (await again()).fail("");
    expect((await readdir(path.join(place, "locked"))).toSorted()).toEqual([
      "experiment.json",
      "run.json",
    ]);
  });

  it("is begun by one of several that want it at once, over what a killed one has left", async () => {
    const folder = path.join(place, "at-once");
    await mkdir(folder);
    await writeFile(
      path.join(folder, "run.lock"),
      JSON.stringify({ process: 999_999_999, began: "1", host: hostname() }),
    );
    const all = await Promise.allSettled(Array.from({ length: 8 }, () => open("at-once")));
    const begun = all.filter(({ status }) => status === "fulfilled");
    expect(begun).toHaveLength(1);
    for (const one of all)
      if (one.status === "rejected") expect(String(one.reason)).toMatch(/has it open already/);
  });

  it("that could not be opened is free again", async () => {
    await expect(open("first")).rejects.toThrow("choose another folder");
    expect((await readdir(path.join(place, "first"))).toSorted()).toEqual(files);
    await expect(open("mine")).rejects.toThrow("of no run");
    expect(await readdir(path.join(place, "mine"))).toEqual(["experiment.json"]);
  });

  it("whose experiment is missing is not given another one", async () => {
    await whole("bare");
    await rm(path.join(place, "bare/experiment.json"));
    const other = { experiment: experiment({ epochs: 9 }) };
    await expect(open("bare", other)).rejects.toThrow("has a run already");
    await expect(open("bare", { ...other, resume: true })).rejects.toThrow("has finished");
    expect(await readdir(path.join(place, "bare"))).not.toContain("experiment.json");
    // Killed before it was written: nothing has been trained.
    const run = await open("early");
    await run.fail("");
    await rm(path.join(place, "early/experiment.json"));
    expect((await open("early", { ...other, resume: true })).record.status).toBe("running");
    expect(JSON.parse(await textOf("early", "experiment.json"))).toMatchObject({ epochs: 9 });
  });

  it("that is damaged is refused with the file and what is wrong", async () => {
    const folder = path.join(place, "again");
    await expect(readRun(place)).rejects.toThrow("holds no run: there is no run.json in it");
    const good = await textOf("again", "run.json");
    const record = JSON.parse(good) as RunRecord;
    for (const [text, message] of [
      [good.slice(0, 50), /run\.json: line \d+, column \d+/],
      ["[]", "has the format undefined, expected 1"],
      [
        JSON.stringify({ ...record, format: 2 }),
        "has the format 2, expected 1; a newer @nn/experiment",
      ],
      [JSON.stringify({ ...record, status: "well" }), "has no valid status"],
      [JSON.stringify({ ...record, versions: { a: 1 } }), "has no valid versions"],
      [JSON.stringify({ ...record, figures: { folds: 1 } }), "has no valid figures"],
    ] as const) {
      await writeFile(path.join(folder, "run.json"), text);
      await expect(readRun(folder)).rejects.toThrow(message);
    }
    await writeFile(path.join(folder, "run.json"), good);
    await writeFile(path.join(folder, "history.json"), "3");
    await expect(readRun(folder)).rejects.toThrow("holds no history");
  });
});

describe("differences", () => {
  it("are told of a device, where the backend says which one it is on", async () => {
    const on = (device: string) => ({
      ...backend,
      device,
      doctor() {
        return { device: this.device, numerics: "strict" };
      },
    });
    const before = await circumstancesOf(experiment(), { backend: on("GPU 1"), data });
    expect(before.environment).toMatchObject({ device: "GPU 1", numerics: "strict" });
    const now = await circumstancesOf(experiment(), { backend: on("GPU 2"), data });
    expect(differences(before, now)).toEqual([
      { what: "environment/device", before: "GPU 1", now: "GPU 2", matters: true },
    ]);
    const { device: _, ...earlier } = (await circumstancesOf(experiment(), { backend, data }))
      .environment;
    const { environment, ...others } = await circumstancesOf(experiment(), { backend, data });
    expect(differences({ ...others, environment: earlier }, { ...others, environment })).toEqual(
      [],
    );
  });

  it("say what is not as it was, and whether it matters", async () => {
    const before = await circumstancesOf(experiment(), { backend, data });
    const { environment } = before;
    const now = {
      data: { ...before.data, sha256: "0" },
      versions: { ...before.versions, "@nn/core": "77.0.0", "@nn/new": "1.0.0" },
      git: null,
      environment: { ...environment, cpu: "another", node: "99.0.0" },
    };
    const found = differences({ ...before, git: { revision: "a", dirty: true } }, now);
    expect(found.map(({ what, matters }) => [what, matters])).toEqual([
      ["data", true],
      ["versions/@nn/core", true],
      ["versions/@nn/new", true],
      ["git/revision", false],
      ["git/dirty", false],
      ["environment/node", true],
      ["environment/cpu", false],
    ]);
    expect(found[1]).toEqual({
      what: "versions/@nn/core",
      before: before.versions["@nn/core"],
      now: "77.0.0",
      matters: true,
    });
    const relaxed = { ...before, environment: { ...environment, numerics: "relaxed" } };
    expect(
      differences(relaxed, { ...relaxed, environment: { ...relaxed.environment, cpu: "x" } })[0]!
        .matters,
    ).toBe(true);
    expect(differences(before, before)).toEqual([]);
  });
});
