import { plugins as wasm } from "@nn/backend-wasm";
import { plugins as webgpu } from "@nn/backend-webgpu";
import type { Backend, Plugin, UnopenedBackend } from "@nn/core";
import { type Experiment, readExperiment, runExperiment } from "@nn/experiment";
import { describe, expect, it } from "vitest";
import { backend, houses, linesOf, plugins, read, table } from "./support.ts";

/** A backend on a device that is not there before it is opened. */
function far(open: () => Promise<Backend>): Plugin<UnopenedBackend> {
  const kind = "@test/far#far";
  return {
    kind,
    contract: 1,
    create: (config) => ({ kind, config, dtypes: ["f32", "i32", "bool"], open }),
  };
}

const onGpu = (changes = {}): Experiment =>
  readExperiment(
    { ...houses, backend: "webgpu", ...changes },
    { plugins: [...plugins, ...webgpu] },
  );

describe("the backend of an experiment", () => {
  it("is not opened by reading", async () => {
    let opened = 0;
    const plugin = far(async () => {
      opened++;
      return { ...backend, kind: plugin.kind };
    });
    const experiment = readExperiment(
      { ...houses, ids: "id", backend: { kind: "far", near: false } },
      { plugins: [...plugins, plugin] },
    );
    expect(experiment.json["backend"]).toEqual({ kind: plugin.kind, near: false });
    expect(opened).toBe(0);
    const open = await experiment.backend.open();
    const { figures } = await runExperiment(experiment, { table, backend: open });
    const { figures: expected } = await runExperiment(read({ ids: "id" }), { table, backend });
    expect({ ...figures, seconds: 0 }).toEqual({ ...expected, seconds: 0 });
    expect(opened).toBe(1);
  });

  it("is another one each time it is opened", async () => {
    const json = { ...houses, backend: { kind: "wasm", threads: 2 } };
    const described = readExperiment(json, { plugins: [...plugins, ...wasm] }).backend;
    const [one, other] = [await described.open(), await described.open()];
    expect(one).not.toBe(other);
    for (const each of [one, other]) {
      expect(each).toMatchObject({ kind: "@nn/backend-wasm#wasm", config: { threads: 2 } });
      await each.close?.();
    }
  });

  it("may be ready at once, and have an `open` that means something else", async () => {
    const ready = { ...backend, kind: "@test/ready#ready", open: "from nine to five" };
    const plugin = { kind: ready.kind, contract: 1, create: () => ready };
    const json = { ...houses, backend: "ready" };
    const described = readExperiment(json, { plugins: [...plugins, plugin] }).backend;
    expect(await described.open()).toBe(ready);
  });

  it("is refused where its plugin opens nothing, or another one", async () => {
    for (const [opened, message] of [
      [undefined, "@test/far#far: open() must resolve to a backend of this kind, got undefined"],
      [backend, 'of this kind, got "@nn/backend-js#js"'],
    ] as const) {
      const plugin = far(async () => opened as Backend);
      const json = { ...houses, backend: "far" };
      const described = readExperiment(json, { plugins: [...plugins, plugin] }).backend;
      await expect(described.open()).rejects.toThrow(message);
    }
  });

  it("may be a GPU, whose options and dtypes are checked without one", () => {
    expect(onGpu().json["backend"]).toMatchObject({
      kind: "@nn/backend-webgpu#webgpu",
      powerPreference: "high-performance",
    });
    expect(() => onGpu({ dtype: "f64" })).toThrow(
      "/dtype: @nn/backend-webgpu#webgpu has no f64, only f32, i32",
    );
    expect(() => onGpu({ backend: { kind: "webgpu", powerPreference: "fast" } })).toThrow(
      '/backend/powerPreference: webgpu: powerPreference must be "high-performance" or "low-power"',
    );
    expect(linesOf({ backend: "webgpu" })).toEqual([
      "/backend: nothing here makes 'webgpu'; install @nn/backend-webgpu and pass its `plugins`, to nn by --plugin @nn/backend-webgpu",
    ]);
  });

  it("is what a run is given", async () => {
    for (const [given, message] of [
      [undefined, "runExperiment: expected { backend: await experiment.backend.open() }, got"],
      [read().backend, "runExperiment: expected { backend: await experiment.backend.open() }, got"],
      [
        { ...backend, kind: "@test/far#far" },
        "the experiment is to be computed by @nn/backend-js#js, got @test/far#far",
      ],
    ] as const)
      await expect(runExperiment(read(), { table, backend: given as Backend })).rejects.toThrow(
        message,
      );
  });
});
