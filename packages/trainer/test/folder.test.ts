import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { folder } from "../src/node.ts";
import { jsonFormat } from "./json-format.ts";

const format = jsonFormat();
let place: string;

beforeEach(async () => {
  place = await mkdtemp(path.join(tmpdir(), "nn-folder-"));
});
afterEach(() => rm(place, { recursive: true, force: true }));

const model = (value: number) => ({ tensors: {}, metadata: { value } });

it("keeps a model for each name, and makes the folder", async () => {
  const kept = folder(path.join(place, "a", "b"), { format });
  expect(await kept.read("fold-0")).toBeUndefined();
  await kept.write("fold-0", model(1));
  await kept.write("fold-1", model(2));
  await kept.write("fold-0", model(3));
  expect(await kept.read("fold-0")).toEqual(model(3));
  expect(await kept.read("fold-1")).toEqual(model(2));
  const files = [0, 1].map((fold) => `fold-${fold}.${format.name}`);
  expect((await readdir(path.join(place, "a", "b"))).sort()).toEqual(files);
});

it("stays in its folder, whatever the names", async () => {
  const kept = folder(path.join(place, "inside"), { format });
  for (const [value, name] of ["../out", "/out", "..", ".", "a/b", "ü"].entries()) {
    await kept.write(name, model(value));
    expect(await kept.read(name)).toEqual(model(value));
  }
  expect(await readdir(place)).toEqual(["inside"]);
  expect(await readdir(path.join(place, "inside"))).toHaveLength(6);
});

it("says when a file is damaged, and which options are wrong", async () => {
  const kept = folder(place, { format });
  await writeFile(path.join(place, `fold-0.${format.name}`), "{");
  await expect(kept.read("fold-0")).rejects.toThrow(/is damaged.*remove what is damaged/);
  expect(() => folder("", { format })).toThrow(/folder/);
  expect(() => folder(place, {} as { format: typeof format })).toThrow(/format/);
});
