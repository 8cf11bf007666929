import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import path from "node:path";
import { defaultDevice, init, jit, nn, numpy as np, tree, valueAndGrad } from "@jax-js/jax";
import { syntheticData } from "../data.ts";
import { contest } from "../task.ts";
import { measureBlocks } from "../blocks.ts";

/** jax-js on its WebAssembly device: a jitted step of dense layers, which are all that it can be given here. */
await contest(async (task) => {
  const { workload } = task;
  const other = workload.layers.find(({ kind }) => kind !== "dense");
  if (other) return { missing: `jax-js has no ${other.kind} layer` };
  await init("wasm");
  defaultDevice("wasm");
  return measureBlocks(task, () => {
    // The same batch again and again, which is cheaper than what we do.
    const { batchSize, inputShape, classes } = workload;
    const beforeData = performance.now();
    const data = syntheticData(workload, batchSize);
    const dataMs = performance.now() - beforeData;
    const x = np.array(data.inputs).reshape([batchSize, ...inputShape]);
    const y = classes
      ? np.array(oneHot(data.targets, classes)).reshape([batchSize, classes])
      : np.array(data.targets).reshape([batchSize, 1]);
    let parameters = firstValues(workload);
    const zeros = () => tree.map((value) => np.zeros(value.shape), parameters);
    let memory = { mean: zeros(), square: zeros() };
    let done = 0;
    const step = jit((parameters, memory, x, y, count) => {
      const [loss, gradients] = valueAndGrad(lossOf(workload))(tree.ref(parameters), x, y);
      return [...update(workload.optimizer, parameters, memory, gradients, count), loss];
    });
    return {
      dataMs,
      version: `jax-js ${versionOf("@jax-js/jax")}, Node ${process.versions.node}`,
      async run(steps) {
        let loss;
        for (let i = 0; i < steps; i++) {
          loss?.dispose();
          const count = np.array(++done);
          [parameters, memory, loss] = step(parameters, memory, x.ref, y.ref, count);
        }
        await loss.data();
      },
    };
  });
});

/** Weights and biases, drawn as Glorot and Bengio do. */
function firstValues({ layers, inputShape }) {
  let [inputs] = inputShape;
  return layers.map(({ units }) => {
    const limit = Math.sqrt(6 / (inputs + units));
    const values = Float32Array.from(
      { length: inputs * units },
      () => (Math.random() * 2 - 1) * limit,
    );
    const weights = np.array(values).reshape([inputs, units]);
    inputs = units;
    return { weights, bias: np.zeros([units]) };
  });
}

function lossOf({ layers, classes }) {
  return (parameters, x, y) => {
    let h = x;
    for (const [i, { weights, bias }] of parameters.entries()) {
      h = np.dot(h, weights).add(bias);
      const { activation } = layers[i];
      if (activation) h = activation === "relu" ? nn.relu(h) : np.tanh(h);
    }
    if (!classes) return np.mean(np.square(h.sub(y)));
    return np.mean(np.sum(nn.logSoftmax(h).mul(y), 1)).mul(-1);
  };
}

/** Values whose references are counted by hand: every use but the last takes a `.ref`. */
function update({ kind, learningRate, momentum = 0 }, parameters, memory, gradients, count) {
  if (kind !== "adam") {
    const mean = tree.map((m, g) => m.mul(momentum).add(g), memory.mean, gradients);
    count.dispose();
    const next = tree.map((p, m) => p.sub(m.mul(learningRate)), parameters, tree.ref(mean));
    return [next, { mean, square: memory.square }];
  }
  const mean = tree.map((m, g) => m.mul(0.9).add(g.mul(0.1)), memory.mean, tree.ref(gradients));
  const square = tree.map(
    (v, g) => v.mul(0.999).add(np.square(g).mul(0.001)),
    memory.square,
    gradients,
  );
  const correction = (decay, count) => np.power(decay, count).mul(-1).add(1);
  const first = correction(0.9, count.ref);
  const second = correction(0.999, count);
  const next = tree.map(
    (p, m, v) =>
      p.sub(
        m
          .mul(learningRate)
          .div(first.ref)
          .div(np.sqrt(v.div(second.ref)).add(1e-8)),
      ),
    parameters,
    tree.ref(mean),
    tree.ref(square),
  );
  first.dispose();
  second.dispose();
  return [next, { mean, square }];
}

function oneHot(targets, classes) {
  const values = new Float32Array(targets.length * classes);
  targets.forEach((target, i) => (values[i * classes + target] = 1));
  return values;
}

function versionOf(name) {
  const entry = createRequire(import.meta.url).resolve(name);
  const manifest = path.join(path.dirname(entry), "../package.json");
  return JSON.parse(readFileSync(manifest, "utf8")).version;
}
