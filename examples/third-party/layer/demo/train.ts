import { parseArgs } from "node:util";
import { js } from "@nn/backend-js";
import { type Backend, sequential } from "@nn/core";
import { dense } from "@nn/layers-dense";
import { mse } from "@nn/losses";
import { adam } from "@nn/optimizers";
import { fit } from "@nn/trainer";
import { rbf } from "../src/index.ts";

const { values: options } = parseArgs({ options: { backend: { type: "string", default: "js" } } });
const backend = await openBackend(options.backend);

/** Eight units near centers of their own learn a wave, which straight lines could not follow. */
const inputs = Array.from({ length: 61 }, (_, i) => [i / 10 - 3]);
const targets = inputs.map(([x]) => [Math.sin(2 * x!)]);

const result = await fit({
  backend,
  model: sequential([rbf(8, { sharpness: 2 }), dense(1)]),
  data: { inputs, targets },
  loss: mse(),
  optimizer: adam({ learningRate: 0.05 }),
  epochs: 200,
  seed: 7,
});
const losses = result.history.loss;
console.log(`loss after epoch 1: ${losses[0]}, after epoch ${result.epochs}: ${losses.at(-1)}`);
for (const x of [-2, 0.5, 1]) {
  const [y] = await result.predict([[x]]).read();
  console.log(`sin ${2 * x} is about ${y!.toFixed(3)}`);
}
await backend.close?.();

async function openBackend(name: string): Promise<Backend> {
  if (name === "js") return js();
  if (name !== "webgpu") throw new Error(`--backend must be js or webgpu, got ${name}`);
  const { webgpu } = await import("@nn/backend-webgpu");
  return webgpu();
}
