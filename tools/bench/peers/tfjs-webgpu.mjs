import { measureBlocks } from "../blocks.ts";
import { countDispatches } from "../dispatches.ts";
import { contest } from "../task.ts";
import { openOnGpu } from "./tfjs-device.mjs";
import { prepareTraining } from "./tfjs-training.mjs";

/** TensorFlow.js on its WebGPU backend, through Node's `webgpu` package. */
await contest(async (task) => {
  const dispatches = await countDispatches();
  await openOnGpu();
  let first;
  let last;
  let steps = 0;
  const measurement = await measureBlocks(task, () => {
    const training = prepareTraining(task);
    const run = async (count) => {
      await training.run(count);
      steps += count;
      last = { steps, dispatches: dispatches() };
      first ??= last;
    };
    return { ...training, run };
  });
  const perStep = (last.dispatches - first.dispatches) / (last.steps - first.steps);
  return { ...measurement, dispatchesPerStep: perStep };
});
