import type { StoredModel } from "@nn/core";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { mae } from "@nn/losses";
import { momentum } from "@nn/optimizers";
import { earlyStopping } from "@nn/trainer";
import { type FoldStore, kFold } from "@nn/trainer-kfold";
import { bitsOf, longRun, storeIn } from "./store-run.ts";
import { curve, regression } from "./support.ts";

function memory(interval = 0): FoldStore & { readonly kept: Map<string, StoredModel> } {
  const kept = new Map<string, StoredModel>();
  return {
    kept,
    interval,
    read: async (name) => kept.get(name),
    write: async (name, model) => void kept.set(name, model),
  };
}

describe("a store", () => {
  it("lets a run go on in the middle of a fold, to the same bits", async () => {
    const options = longRun();
    const expected = await bitsOf(options);
    const store = memory();
    const controller = new AbortController();
    const first = await kFold({
      ...options,
      store,
      signal: controller.signal,
      observe: (fold) => ({
        progress: ({ epoch }) => void (fold === 1 && epoch > 3 && controller.abort()),
      }),
    });
    expect(first.folds.map(({ fold }) => fold)).toEqual([0]);
    expect([...store.kept.keys()]).toEqual(["fold-0", "fold-1"]);
    const started: number[][] = [];
    const observe = (fold: number) => ({
      start: ({ step }: { step: number }) => void started.push([fold, step]),
    });
    expect(await bitsOf({ ...options, store, observe })).toBe(expected);
    expect(started.map(([fold]) => fold)).toEqual([1, 2]);
    expect(started[0]![1]).toBeGreaterThan(3 * 13);
    started.length = 0;
    expect(await bitsOf({ ...options, store, observe })).toBe(expected);
    expect(started).toEqual([]);
    await options.backend.close?.();
  });

  it("keeps a snapshot at the signal, however long it is until the next", async () => {
    const store = memory(1e9);
    const controller = new AbortController();
    const stopped = kFold({
      ...regression(),
      store,
      signal: controller.signal,
      observe: () => ({ epoch: ({ epoch }) => void (epoch === 3 && controller.abort()) }),
    });
    await expect(stopped).rejects.toThrow(/abort/);
    expect([...store.kept.keys()]).toEqual(["fold-0"]);
    const started: number[] = [];
    await kFold({
      ...regression(),
      store,
      observe: () => ({ start: ({ step }) => void started.push(step) }),
    });
    expect(started).toEqual([12, 0, 0, 0]);
  });

  it("refuses what another run has left", async () => {
    const store = memory();
    await kFold({ ...regression(), epochs: 1, store });
    const refuse = (changes: object, message: RegExp) =>
      expect(kFold({ ...regression(), epochs: 1, store, ...changes })).rejects.toThrow(message);
    await refuse(
      { seed: 8 },
      /'fold-0' is of another run: seed is 8 here and was 7; use an empty store/,
    );
    await refuse({ epochs: 2 }, /epochs is 2 here and was 1/);
    await refuse({ folds: 3 }, /folds is 3 here and was 4/);
    await refuse({ data: curve(42) }, /rows is/);
    await refuse({ loss: mae() }, /loss is/);
    const changed = curve(41);
    changed.inputs[40]![1] = 0.5;
    await refuse({ data: changed }, /data is "[0-9a-f+-]+" here and was/);
    await refuse({ optimizer: momentum({ learningRate: 0.2 }) }, /optimizer is/);
    await refuse({ monitor: "loss" }, /monitor is "loss" here and was null/);
    await refuse({ exactFigures: true }, /exactFigures is true here and was null/);
    const stopping = () => [earlyStopping({ patience: 1 })];
    await refuse({ callbacks: stopping }, /callbacks is \[.*earlyStopping.* here and was \[\]/);
    const { tensors, metadata } = store.kept.get("fold-0")!;
    const lost = Object.fromEntries(Object.entries(tensors).slice(1));
    store.kept.set("fold-0", { tensors: lost, metadata });
    await refuse(
      {},
      /'fold-0' has \d tensors where \d+ were kept; remove it, and the fold is trained/,
    );
    for (const other of [{ tensors: {}, metadata: {} }, {}, 5]) {
      store.kept.set("fold-0", other as StoredModel);
      await refuse({}, /'fold-0' is of another run/);
    }
    await refuse({ store: {} }, /store must be an object with read\(\) and write\(\)/);
  });

  it("lets callbacks without a kind come and go", async () => {
    const store = memory();
    const { metrics } = await kFold({ ...regression(), epochs: 1, store });
    const callbacks = [{ epoch: () => undefined }];
    const again = await kFold({ ...regression(), epochs: 1, store, callbacks });
    expect(again.metrics).toEqual(metrics);
  });

  it("that fails at the signal is told of, since what was done is not kept", async () => {
    const controller = new AbortController();
    const write = (name: string) =>
      name === "fold-1" ? Promise.reject(new Error("the disk is full")) : Promise.resolve();
    const stopped = kFold({
      ...regression(),
      store: { ...memory(1e9), write },
      signal: controller.signal,
      observe: (fold) => ({ epoch: () => void (fold === 1 && controller.abort()) }),
    });
    await expect(stopped).rejects.toMatchObject({
      message: "fold 1: the disk is full",
      result: { folds: [{ fold: 0 }] },
    });
  });

  it("that fails ends the run", async () => {
    const store = { ...memory(), write: () => Promise.reject(new Error("the disk is full")) };
    await expect(kFold({ ...regression(), store })).rejects.toThrow("fold 0: the disk is full");
  });
});

describe("files in a folder", () => {
  let place: string;
  beforeEach(async () => {
    place = await mkdtemp(path.join(tmpdir(), "nn-folds-"));
  });
  afterEach(() => rm(place, { recursive: true, force: true }));

  it("hold what finished", async () => {
    const options = regression();
    const expected = await bitsOf(options);
    expect(await bitsOf({ ...options, store: storeIn(place) })).toBe(expected);
    expect((await readdir(place)).sort()).toEqual([0, 1, 2, 3].map((fold) => `fold-${fold}.json`));
    expect(await bitsOf({ ...options, store: storeIn(place) })).toBe(expected);
  });
});
