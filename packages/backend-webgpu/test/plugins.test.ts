import { decode, encode, square, tensor, type Json, type UnopenedBackend } from "@nn/core";
import { expect, test } from "vitest";
import { plugins, webgpu } from "../src/index.ts";
import { open } from "./open.ts";

const kind = "@nn/backend-webgpu#webgpu";
const made = (config: Json = {}) => decode({ kind, config }, plugins) as UnopenedBackend;

test("a described backend is opened when it is asked to, and anew each time", async () => {
  const described = made({ powerPreference: "low-power" });
  const [one, other] = await Promise.all([described.open(), described.open()]);
  const config = { powerPreference: "low-power", storage: "f32" };
  expect(encode(one)).toEqual({ kind, config });
  expect(encode(one)).toEqual(encode(described));
  expect(one.dtypes).toEqual(described.dtypes);
  await one.close?.();
  expect([...(await square(tensor(other, [1, 2])).read())]).toEqual([1, 4]);
  await other.close?.();
});

test("its config has what was left out, as that of a backend has", async () => {
  const { backend } = await open();
  expect(encode(made())).toEqual(encode(backend));
});

test("a backend tells which GPU it is on", async () => {
  const { backend } = await open();
  expect(backend.doctor().device).toMatch(/\w+, \w+/);
});

test.each([
  [
    { powerPreference: "fast" },
    'powerPreference must be "high-performance" or "low-power", got "fast"',
  ],
  [{ powerPreference: null }, "got null"],
  [{ storage: "f64" }, 'storage must be "f32" or "f16", got "f64"'],
  [
    { gpu: { name: "mine" } },
    'gpu must have a function requestAdapter, as navigator.gpu has, got {"name"',
  ],
  [{ threads: 2 }, "there is no option 'threads'; there are powerPreference, storage, gpu"],
])("options that there are not are refused at once: %j", async (config, message) => {
  expect(() => made(config)).toThrow(message);
  await expect(webgpu(config as never)).rejects.toThrow(message);
});
