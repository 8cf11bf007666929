import * as tf from "@tensorflow/tfjs";
import { syntheticData } from "../data.ts";

const preparedBatches = 4;

/** The training of a workload with TensorFlow.js, on whichever of its backends is set. */
export function prepareTraining({ workload }) {
  // Batches that were made in advance, which is cheaper than what we do: cutting them out of the data would copy all of
  // it every time.
  const { batchSize, inputShape, classes } = workload;
  const beforeData = performance.now();
  const { inputs, targets } = syntheticData(workload, preparedBatches * batchSize);
  const dataMs = performance.now() - beforeData;
  const width = inputs.length / targets.length;
  const batches = Array.from({ length: preparedBatches }, (_, i) => {
    const [first, end] = [i * batchSize, (i + 1) * batchSize];
    const own = targets.subarray(first, end);
    return {
      x: tf.tensor(inputs.subarray(first * width, end * width), [batchSize, ...inputShape]),
      y: classes
        ? tf.cast(tf.oneHot(tf.tensor1d(own, "int32"), classes), "float32")
        : tf.tensor(own, [batchSize, 1]),
    };
  });
  const model = tf.sequential({
    layers: workload.layers.map((spec, i) => layerOf(spec, i === 0 ? { inputShape } : {})),
  });
  const optimizer = optimizerOf(workload.optimizer);
  const lossOf = classes ? tf.losses.softmaxCrossEntropy : tf.losses.meanSquaredError;
  let done = 0;
  return {
    dataMs,
    version: `TensorFlow.js ${tf.version.tfjs}, Node ${process.versions.node}`,
    async run(steps) {
      for (let i = 1; i <= steps; i++) {
        const { x, y } = batches[done++ % preparedBatches];
        const step = () => tf.tidy(() => lossOf(y, model.apply(x, { training: true })));
        const loss = optimizer.minimize(step, i === steps);
        await loss?.data();
        loss?.dispose();
      }
    },
  };
}

function layerOf(spec, options) {
  switch (spec.kind) {
    case "dense":
      return tf.layers.dense({ units: spec.units, activation: spec.activation, ...options });
    case "conv":
      return tf.layers.conv2d({
        filters: spec.filters,
        kernelSize: spec.size,
        activation: spec.activation,
        ...options,
      });
    case "maxPool":
      return tf.layers.maxPooling2d({ poolSize: spec.size });
    case "flatten":
      return tf.layers.flatten();
    case "dropout":
      return tf.layers.dropout({ rate: spec.rate });
    case "lstm":
      return tf.layers.lstm({ units: spec.units, ...options });
    default:
      throw new Error(`no layer ${spec.kind} in this adapter`);
  }
}

function optimizerOf({ kind, learningRate, momentum }) {
  if (kind === "sgd") return tf.train.sgd(learningRate);
  if (kind === "momentum") return tf.train.momentum(learningRate, momentum);
  return tf.train.adam(learningRate);
}
