import { afterAll, beforeAll, expect, it } from "vitest";
import { openDevice } from "../gpu.ts";
import { productError, randomOperands, tolerance } from "../products/matrices.ts";
import { multiplyTiled } from "../products/multiply-tiled.ts";
import { smallestSize, tileName, tiles } from "../products/tile.ts";

// Where there is no GPU, Debian's chromium brings one that is software. Nothing is skipped without either.
process.env["VK_ICD_FILENAMES"] ??= "/usr/lib/chromium/vk_swiftshader_icd.json";

let device: GPUDevice;
beforeAll(async () => {
  ({ device } = await openDevice());
});
afterAll(() => device.destroy());

// Larger ones take a software GPU long to compile; the benchmark checks what it measures.
const small = tiles.filter(({ columns }) => columns < 128);

it.each(small.map((tile) => [tileName(tile), tile] as const))(
  "multiplies in %s",
  async (_, tile) => {
    // More than one tile in both directions, and more than one slice.
    const operands = randomOperands(2 * smallestSize);
    const product = await multiplyTiled(device, operands, tile);
    product.run();
    expect(productError(operands, await product.read())).toBeLessThan(tolerance);
  },
);

it("divides matrices of the smallest size into whole tiles", () => {
  for (const { rows, columns, slice } of tiles)
    for (const length of [rows, columns, slice]) expect(smallestSize % length).toBe(0);
});
