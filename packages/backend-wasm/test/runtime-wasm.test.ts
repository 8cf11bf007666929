import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { add, decode, encode, type Json, tensor } from "@nn/core";
import { afterEach, expect, test, vi } from "vitest";
import { doctor, plugins, wasm, type WasmOptions } from "../src/index.ts";

afterEach(() => void vi.unstubAllGlobals());

test("a backend round-trips through JSON", () => {
  const options: WasmOptions = { threads: 2, maxMemory: 2 ** 28, numerics: "strict" };
  const made = decode(JSON.parse(JSON.stringify(encode(wasm(options)))) as Json, plugins);
  expect(made).toMatchObject({ kind: "@nn/backend-wasm#wasm", config: options });
  expect(encode(wasm())).toEqual({ kind: "@nn/backend-wasm#wasm", config: {} });
});

test("options that make no sense are refused", () => {
  const refused: [options: object, message: string][] = [
    [{ threads: 0 }, "threads is a whole number from 1, got 0"],
    [{ threads: 0.5 }, "threads is a whole number from 1, got 0.5"],
    [{ threads: "4" }, 'threads is a whole number from 1, got "4"'],
    [{ optoin: 1 }, "there is no option 'optoin'; there are numerics, maxMemory, threads, profile"],
    [{ maxMemory: 10 }, "maxMemory is a whole number of bytes from 2 ** 20 to 2 ** 32, got 10"],
    [{ maxMemory: 2 ** 33 }, "maxMemory is a whole number of bytes"],
    [{ numerics: "fast" }, 'numerics is "strict", "relaxed" or "turbo", got "fast"'],
    [{ profile: "no" }, 'profile is true or false, got "no"'],
  ];
  for (const [options, message] of refused) expect(() => wasm(options)).toThrow(`wasm: ${message}`);
});

test("the doctor says what is used, and why the rest is not", async () => {
  const found = doctor();
  expect(found).toMatchObject({ simd: true, sharedMemory: true, sleep: true });
  expect(found.notes.some((note) => note.startsWith("relaxed SIMD"))).toBe(!found.relaxedSimd);
  const backend = wasm({ threads: 2, maxMemory: 2 ** 24 });
  await backend.ready;
  expect(backend.doctor()).toMatchObject({
    ...found,
    numerics: "strict",
    threads: 2,
    workers: 1,
    memory: { values: 0, maximum: 2 ** 24 },
  });
  await backend.close!();
});

test("numerics that the engine does not have are refused with the way out", async () => {
  const { relaxedSimd, revectorize } = doctor();
  if (relaxedSimd) expect(wasm({ numerics: "relaxed" }).doctor().numerics).toBe("relaxed");
  else
    expect(() => wasm({ numerics: "relaxed" })).toThrow(
      'wasm: numerics "relaxed" needs relaxed SIMD: this engine has none; take Node from 22, or start Node with ' +
        "--experimental-wasm-relaxed-simd",
    );
  if (revectorize) return;
  expect(() => wasm({ numerics: "turbo" })).toThrow('wasm: numerics "turbo" needs');
});

test("a page that is not isolated runs programs on one thread", async () => {
  vi.stubGlobal("SharedArrayBuffer", undefined);
  const backend = wasm();
  await backend.ready;
  expect(backend.doctor()).toMatchObject({ sharedMemory: false, threads: 1, workers: 0 });
  expect(backend.doctor().notes.join()).toContain("programs run on one");
  const x = tensor(backend, [1, 2]);
  expect(add(x, 1).readSync()).toEqual(Float32Array.of(2, 3));
});

test("a profile names kernels and adds up their time", () => {
  const backend = wasm({ profile: true });
  const x = tensor(backend, [1, 2]);
  for (let i = 0; i < 3; i++) expect(add(x, i).readSync()).toEqual(Float32Array.of(1 + i, 2 + i));
  const [entry, ...others] = backend.profile.list();
  expect([entry!.name, entry!.calls, others.length]).toEqual(["add", 3, 0]);
  expect(entry!.milliseconds).toBeGreaterThan(0);
  backend.profile.clear();
  expect(backend.profile.list()).toEqual([]);
  expect(wasm().profile.list()).toEqual([]);
});

test("no module imports Node where it is loaded", async () => {
  const program = `
    import { build } from "esbuild";
    const { outputFiles, warnings } = await build({
      entryPoints: [${JSON.stringify(new URL("../src/index.ts", import.meta.url).pathname)}],
      bundle: true, platform: "browser", format: "esm", write: false, external: ["@nn/core"],
    });
    console.log(warnings.length, outputFiles[0].text.match(/^import .*/gm).join("\\n"));
  `;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--input-type=module", "--eval", program],
    {
      cwd: new URL("../../..", import.meta.url).pathname,
      env: { ...process.env, FORCE_COLOR: "0" },
    },
  );
  expect(stdout).not.toContain("node:");
  expect(stdout).toMatch(/^0 import/);
});
