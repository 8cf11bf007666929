import { expect, test, vi } from "vitest";
import { openBackend } from "../src/webgpu.ts";
import { fromGpu } from "./open.ts";

const loadProducts = vi.hoisted(() => vi.fn());
vi.mock("../src/tfjs.ts", () => ({ loadProducts }));

const recorder = () => {
  throw new Error("nothing is as large here");
};

test.each([
  ["a GPU", { info: { isFallbackAdapter: false } }, 1],
  ["a GPU, in a browser that does not tell", { info: {} }, 1],
  ["software", { info: { isFallbackAdapter: true } }, 0],
  ["software, in an older browser", { info: {}, isFallbackAdapter: true }, 0],
])("TensorFlow.js is loaded on %s: %j", async (_, adapter, times) => {
  loadProducts.mockReset().mockResolvedValue(recorder);
  const { backend, device } = await openBackend({ gpu: await fromGpu(() => {}, adapter) });
  expect(loadProducts).toHaveBeenCalledTimes(times);
  expect(device.products?.record).toBe(times === 0 ? undefined : recorder);
  await backend.close?.();
});

test("the device is given up where TensorFlow.js cannot be loaded", async () => {
  loadProducts.mockReset().mockRejectedValue(new Error("it is not there"));
  const devices: GPUDevice[] = [];
  const gpu = await fromGpu((device) => devices.push(device), { info: {} });
  await expect(openBackend({ gpu })).rejects.toThrow("it is not there");
  expect((await devices[0]!.lost).reason).toBe("destroyed");
});
