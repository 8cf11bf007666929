import { mkdirSync, writeFileSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { flats, flatsExperiment, newPlace, type Place } from "./support.ts";

let place: Place;

/** A layer of somebody else's. */
const wave = `
export const plugins = [
  {
    kind: "@acme/layers#wave",
    contract: 1,
    create: () => ({ kind: "@acme/layers#wave", config: {}, apply: (_, x) => x }),
  },
];
`;

beforeAll(() => {
  place = newPlace();
  place.write("flats.csv", flats(60));
  place.write(
    "wave.json",
    flatsExperiment({
      epochs: 2,
      model: [
        { kind: "dense", units: 3, activation: "wave" },
        { kind: "dense", units: 1 },
      ],
    }),
  );
  mkdirSync(place.file("node_modules/@acme/layers"), { recursive: true });
  const description = {
    name: "@acme/layers",
    version: "1.2.3",
    type: "module",
    exports: { ".": { import: "./index.js" } },
  };
  writeFileSync(place.file("node_modules/@acme/layers/package.json"), JSON.stringify(description));
  writeFileSync(place.file("node_modules/@acme/layers/index.js"), wave);
  place.write("wave.mjs", wave);
  place.write("none.mjs", "export const layers = [];");
  place.write("broken.mjs", "export const plugins = [;");
});
afterAll(() => place.remove());

describe("--plugin", () => {
  it("brings in a package of the user's project, and nothing else does", async () => {
    const without = await place.nn(["train", "wave.json", "-q", "-j", "1"]);
    expect([without.code, without.error]).toEqual([
      2,
      expect.stringContaining("there is no layer 'wave'"),
    ]);
    const args = ["-q", "-j", "1", "--plugin", "@acme/layers"];
    expect(await place.nn(["train", "wave.json", ...args, "-o", "run"])).toMatchObject({
      code: 0,
      error: "",
    });
    const { versions } = JSON.parse(readFileSync(place.file("run/run.json"), "utf8")) as {
      versions: object;
    };
    expect(versions).toMatchObject({ "@acme/layers": "1.2.3" });
    const bare = await place.nn(["predict", "run", "flats.csv"]);
    expect([bare.code, bare.error]).toEqual([
      1,
      "nn: run/model.safetensors cannot be used as a model: it is made with @acme/layers; pass --plugin @acme/layers\n",
    ]);
    expect((await place.nn(["predict", "run", "flats.csv", "--plugin", "@acme/layers"])).code).toBe(
      0,
    );
    expect((await place.nn(["rerun", "run", ...args])).out).toContain("the same to the last bit");
  });

  it("takes files, and refuses what has no plugins", async () => {
    expect(
      (await place.nn(["train", "wave.json", "-q", "-j", "1", "--plugin", "./wave.mjs"])).code,
    ).toBe(0);
    for (const [name, message] of [
      ["@acme/none", "--plugin @acme/none: it is not installed at "],
      ["./lost.mjs", "--plugin ./lost.mjs: there is no file "],
      ["./none.mjs", "--plugin ./none.mjs: the module has to export a list 'plugins'"],
      ["./broken.mjs", "--plugin ./broken.mjs: it cannot be loaded: "],
    ] as const) {
      const { code, error } = await place.nn(["train", "wave.json", "--plugin", name]);
      expect([code, error]).toEqual([2, expect.stringContaining(message)]);
    }
  });
});
