import { tiles } from "../products/tile.ts";
import { type Contestant, script } from "./contestant.ts";
import { ours } from "./ours.ts";

/** Those whose product of matrices others are measured by: the better of the two counts. */
export const yardsticks = ["tfjs-webgpu", "tiled-wgsl"] as const;

/** Who multiplies two matrices on the GPU. TensorFlow.js is the peers', or the one that @nn/backend-webgpu depends on. */
export async function productContestants(): Promise<readonly Contestant[]> {
  const common = { isOurs: false, isOnGpu: true, tellsLosses: false };
  const [tfjs, tiled] = yardsticks;
  return [
    await ours("webgpu", undefined, "products/ours.mjs"),
    { ...common, name: tfjs, variants: [script("peers/tfjs-product.mjs")] },
    {
      ...common,
      name: tiled,
      variants: tiles.map((tile) => script("products/tiled.mjs", { tile })),
    },
  ];
}
