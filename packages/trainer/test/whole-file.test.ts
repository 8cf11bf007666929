import { writeWhole } from "@nn/trainer/node";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "nn-whole-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe("writeWhole", () => {
  it("writes texts and bytes over what was there, and leaves nothing beside them", async () => {
    const file = path.join(folder, "größe 1.txt");
    await writeWhole(file, "größe");
    expect(await readFile(file, "utf8")).toBe("größe");
    await writeWhole(file, Uint8Array.of(104, 105));
    expect(await readFile(file, "utf8")).toBe("hi");
    expect(await readdir(folder)).toEqual(["größe 1.txt"]);
  });

  it("removes what a process that was killed has left of the file", async () => {
    const left = "a.json.999999999.00000000-0000-4000-8000-000000000000.temporary";
    await writeFile(path.join(folder, left), "{");
    await writeWhole(path.join(folder, "b.json"), "{}");
    expect(await readdir(folder)).toEqual([left, "b.json"]);
    await writeWhole(path.join(folder, "a.json"), "{}");
    expect(await readdir(folder)).toEqual(["a.json", "b.json"]);
  });

  it("fails where there is no folder, with what is wrong", async () => {
    await expect(writeWhole(path.join(folder, "none/a.txt"), "")).rejects.toThrow("ENOENT");
  });
});
