import * as tf from "@tensorflow/tfjs-core";
import { measureProduct } from "../products/measure.ts";
import { contest } from "../task.ts";
import { openOnGpu } from "./tfjs-device.mjs";

/** TensorFlow.js's product of matrices on its WebGPU backend; its core is enough. */
await contest(async (task) => {
  await openOnGpu();
  return measureProduct(task, async ({ size, a, b }) => {
    const [left, right] = [tf.tensor(a, [size, size]), tf.tensor(b, [size, size])];
    let product;
    return {
      version: `TensorFlow.js ${tf.version_core}, Node ${process.versions.node}`,
      async run(times) {
        for (let i = 0; i < times; i++) {
          product?.dispose();
          product = tf.matMul(left, right);
        }
        // One element, which is there when all that was queued before is done.
        const corner = tf.slice(product, [0, 0], [1, 1]);
        await corner.data();
        corner.dispose();
      },
      read: () => product.data(),
    };
  });
});
