import { writeWhole } from "@nn/trainer/node";
import {
  lstat,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  rm,
  symlink,
  writeFile,
} from "node:fs/promises";
import { execFileSync } from "node:child_process";
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

  it("writes the file that a link leads to", async () => {
    const [file, link] = [path.join(folder, "runs/a.txt"), path.join(folder, "link")];
    await mkdir(path.dirname(file));
    await writeFile(file, "old");
    await symlink(file, link);
    await writeWhole(link, "new");
    expect(await readFile(file, "utf8")).toBe("new");
    expect((await lstat(link)).isSymbolicLink()).toBe(true);
    expect(await readdir(folder)).toEqual(["link", "runs"]);
  });

  it.skipIf(process.platform === "win32")("writes into a pipe, which stays one", async () => {
    const pipe = path.join(folder, "pipe");
    execFileSync("mkfifo", [pipe]);
    const reader = await open(pipe, "r+");
    await writeWhole(pipe, "hi");
    const { buffer, bytesRead } = await reader.read(new Uint8Array(8));
    await reader.close();
    expect(new TextDecoder().decode(buffer.subarray(0, bytesRead))).toBe("hi");
    expect((await lstat(pipe)).isFIFO()).toBe(true);
    expect(await readdir(folder)).toEqual(["pipe"]);
  });

  it("fails where there is no folder, with what is wrong", async () => {
    await expect(writeWhole(path.join(folder, "none/a.txt"), "")).rejects.toThrow("ENOENT");
  });
});
