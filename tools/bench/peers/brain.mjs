import { createRequire } from "node:module";
import { syntheticData } from "../data.ts";
import { contest } from "../task.ts";
import { measureBlocks } from "../blocks.ts";

const require = createRequire(import.meta.url);

/**
 * brain.js, which trains example by example on the squared error. A step is here a pass over as many examples as others
 * have in a batch.
 */
await contest(async (task) => {
  const { workload } = task;
  const { layers, optimizer, batchSize, inputShape, classes } = workload;
  const other = layers.find(({ kind }) => kind !== "dense");
  if (other) return { missing: `brain.js has no ${other.kind} layer for batches of numbers` };
  if (optimizer.kind === "adam") return { missing: "brain.js trains batches without Adam" };
  const { NeuralNetwork } = require("brain.js");
  return measureBlocks(task, () => {
    const beforeData = performance.now();
    const { inputs, targets } = syntheticData(workload, batchSize);
    const [width] = inputShape;
    const examples = Array.from({ length: batchSize }, (_, i) => ({
      input: Array.from(inputs.subarray(i * width, (i + 1) * width)),
      output: classes
        ? Array.from({ length: classes }, (_, k) => Number(targets[i] === k))
        : [targets[i]],
    }));
    const dataMs = performance.now() - beforeData;
    const network = new NeuralNetwork({
      hiddenLayers: layers.slice(0, -1).map(({ units }) => units),
      activation: layers[0].activation,
    });
    return {
      dataMs,
      version: `brain.js ${require("brain.js/package.json").version}, Node ${process.versions.node}`,
      run(steps) {
        network.train(examples, {
          iterations: steps,
          errorThresh: 1e-30,
          learningRate: optimizer.learningRate,
          ...(optimizer.momentum && { momentum: optimizer.momentum }),
        });
      },
    };
  });
});
