import { parseArgs } from "node:util";
import { js } from "@nn/backend-js";
import { type Backend, sequential } from "@nn/core";
import { dense, tanh } from "@nn/layers-dense";
import { mse } from "@nn/losses";
import { exponentialDecay } from "@nn/optimizers";
import { fit } from "@nn/trainer";
import { lion } from "../src/index.ts";

const { values: options } = parseArgs({ options: { backend: { type: "string", default: "js" } } });
const backend = await openBackend(options.backend);

/** A small net learns x² with Lion, whose steps get shorter and shorter. */
const inputs = Array.from({ length: 41 }, (_, i) => [i / 20 - 1]);
const targets = inputs.map(([x]) => [x! * x!]);

const result = await fit({
  backend,
  model: sequential([dense(16, { activation: tanh() }), dense(1)]),
  data: { inputs, targets },
  loss: mse(),
  optimizer: lion({ learningRate: exponentialDecay({ initial: 0.02, factor: 0.5, epochs: 40 }) }),
  epochs: 300,
});
const losses = result.history.loss;
console.log(`loss after epoch 1: ${losses[0]}, after epoch ${result.epochs}: ${losses.at(-1)}`);
for (const x of [-0.8, 0, 0.5]) {
  const [y] = await result.predict([[x]]).read();
  console.log(`${x}² is about ${y!.toFixed(3)}`);
}
await backend.close?.();

async function openBackend(name: string): Promise<Backend> {
  if (name === "js") return js();
  if (name !== "webgpu") throw new Error(`--backend must be js or webgpu, got ${name}`);
  const { webgpu } = await import("@nn/backend-webgpu");
  return webgpu();
}
