import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { flats, flatsExperiment, newPlace, type Place, program, type Ran } from "./support.ts";

/** Where Debian's chromium has a software GPU; for machines that have no other. */
process.env["VK_ICD_FILENAMES"] ??= "/usr/lib/chromium/vk_swiftshader_icd.json";

const plugin = ["--plugin", "@nn/backend-webgpu"];
let place: Place;

beforeAll(() => {
  place = newPlace();
  place.write("flats.csv", flats(60));
  place.write("gpu.json", flatsExperiment({ epochs: 3, backend: "webgpu" }));
  // As npm installs it.
  mkdirSync(place.file("node_modules/@nn"), { recursive: true });
  const folder = path.resolve(import.meta.dirname, "../../backend-webgpu");
  symlinkSync(folder, place.file("node_modules/@nn/backend-webgpu"));
  const node = path.resolve(import.meta.dirname, "../../../node_modules/webgpu");
  symlinkSync(node, place.file("node_modules/webgpu"));
});
afterAll(() => place.remove());

/** A module with the same kind, whose devices are lost when they are given work for the tenth time. */
const unreliable = `
import { plugins as reliable, webgpu } from "@nn/backend-webgpu";
import { create, globals } from "webgpu";

Object.assign(globalThis, globals);
const source = create([]);
const gpu = {
  async requestAdapter(options) {
    const adapter = await source.requestAdapter(options);
    const open = adapter.requestDevice.bind(adapter);
    adapter.requestDevice = async (description) => {
      const device = await open(description);
      const submit = device.queue.submit.bind(device.queue);
      let times = 0;
      device.queue.submit = (work) => {
        if (++times === 10) device.destroy();
        submit(work);
      };
      return device;
    };
    return adapter;
  },
};
export const plugins = reliable.map((plugin) => ({
  ...plugin,
  create: (options) => ({ ...plugin.create(options), open: () => webgpu({ ...options, gpu }) }),
}));
`;

/** The command in a process of its own, which has to end by itself. */
function inProcess(args: readonly string[], changes = {}): Promise<Omit<Ran, "out">> {
  const [node, ...options] = [...program, ...args];
  const env = { ...process.env, ...changes };
  return new Promise((resolve) => {
    execFile(node!, options, { cwd: place.folder, env, timeout: 60_000 }, (failure, _, error) =>
      resolve({ code: failure ? Number(failure.code ?? -1) : 0, error }),
    );
  });
}

describe("an experiment on the GPU", () => {
  it("says which package it needs", async () => {
    const { code, error } = await place.nn(["train", "gpu.json"]);
    expect([code, error]).toEqual([
      2,
      expect.stringMatching(/nothing here makes 'webgpu'; .* by --plugin @nn\/backend-webgpu\n$/),
    ]);
  });

  it("is refused what the GPU does not have, without asking one", async () => {
    for (const [change, message] of [
      ["dtype=f64", "webgpu has no f64, only f32"],
      ["backend.powerPreference=fast", "powerPreference must be"],
    ] as const) {
      const { code, error } = await place.nn(["train", "gpu.json", ...plugin, "--set", change]);
      expect([code, error]).toEqual([2, expect.stringContaining(message)]);
    }
  });

  it(
    "is trained, repeated and used there, and elsewhere without the package",
    { timeout: 60_000 },
    async () => {
      expect(await place.nn(["train", "gpu.json", "-q", "-o", "run", ...plugin])).toMatchObject({
        code: 0,
      });
      const { environment } = JSON.parse(readFileSync(place.file("run/run.json"), "utf8"));
      expect(environment).toMatchObject({
        backend: "@nn/backend-webgpu#webgpu",
        device: expect.stringMatching(/\w/),
      });
      expect((await place.nn(["rerun", "run", "-q", ...plugin])).out).toContain(
        "the same to the last bit",
      );
      const rents = async (args: readonly string[]): Promise<readonly number[]> => {
        const { code, out } = await place.nn(["predict", "run", "flats.csv", "--json", ...args]);
        expect(code).toBe(0);
        return JSON.parse(out).predictions.rent;
      };
      const withoutPlugin = await place.nn(["rerun", "run", "-q"]);
      expect([withoutPlugin.code, withoutPlugin.error]).toEqual([
        2,
        expect.stringMatching(/^nn: .*nothing here makes '@nn\/backend-webgpu#webgpu'; install/),
      ]);
      const there = await rents(["--backend", "webgpu", ...plugin]);
      const here = await rents(["--backend", "js"]);
      expect(there).toHaveLength(60);
      there.forEach((rent, row) => expect(rent).toBeCloseTo(here[row]!, 1));
      const unknown = await place.nn(["predict", "run", "flats.csv", "--backend", "webgpu"]);
      expect([unknown.code, unknown.error]).toEqual([
        2,
        expect.stringContaining("there is no backend 'webgpu'"),
      ]);
    },
  );

  it(
    "comes to the same bits in worker threads, and its process ends",
    { timeout: 60_000 },
    async () => {
      const args = ["train", "gpu.json", "-q", "-j", "2", "-o", "workers", ...plugin];
      expect(await inProcess(args)).toMatchObject({ code: 0 });
      for (const file of ["model.safetensors", "predictions.csv"])
        expect(
          readFileSync(place.file(`workers/${file}`)).equals(
            readFileSync(place.file(`run/${file}`)),
          ),
        ).toBe(true);
    },
  );

  it(
    "fails where its device is lost twice, and goes on to the same bits with --resume",
    { timeout: 120_000 },
    async () => {
      place.write("unreliable.mjs", unreliable);
      const args = ["train", "gpu.json", "-q", "-o", "lost", ...plugin];
      for (const jobs of ["1", "2"]) {
        const broken = [...args, "--plugin", "./unreliable.mjs", "-j", jobs];
        const { code, error } = await inProcess(broken);
        expect(code, error).toBe(1);
        expect(error).toMatch(/was lost, and it was the second one .*; try again .* --resume\)\n$/);
        expect((await place.nn([...args, "--resume"])).code).toBe(0);
        for (const file of ["model.safetensors", "predictions.csv"])
          expect(
            readFileSync(place.file(`lost/${file}`)).equals(
              readFileSync(place.file(`run/${file}`)),
            ),
          ).toBe(true);
        rmSync(place.file("lost"), { recursive: true });
      }
    },
  );

  it("finds the GPU by nn doctor", async () => {
    expect((await place.nn(["doctor"])).out).toMatch(/backend webgpu +works: \w+/);
  });

  it("fails without a GPU, and leaves no run behind", { timeout: 60_000 }, async () => {
    const nowhere = { VK_ICD_FILENAMES: "/nowhere.json", VK_DRIVER_FILES: "/nowhere.json" };
    const args = ["train", "gpu.json", "-q", "-o", "none", ...plugin];
    const { code, error } = await inProcess(args, nowhere);
    expect([code, error]).toEqual([
      1,
      expect.stringMatching(/nn: webgpu: no GPU adapter was found/),
    ]);
    expect(() => readFileSync(place.file("none/run.json"))).toThrow("ENOENT");
  });
});
