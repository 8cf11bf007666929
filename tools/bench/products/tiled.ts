import { openDevice } from "../gpu.ts";
import { contest, type ProductTask } from "../task.ts";
import { measureProduct } from "./measure.ts";
import { multiplyTiled } from "./multiply-tiled.ts";
import { tileName } from "./tile.ts";

/** The process in which a kernel of its own multiplies, which is made for this and nothing else. */
await contest<ProductTask>(async (task) => {
  const { device } = await openDevice();
  const tile = task.tile!;
  return measureProduct(task, async (operands) => {
    const product = await multiplyTiled(device, operands, tile);
    return {
      version: `WGSL, ${tileName(tile)}`,
      async run(times) {
        for (let i = 0; i < times; i++) product.run();
        await device.queue.onSubmittedWorkDone();
      },
      read: product.read,
    };
  });
});
