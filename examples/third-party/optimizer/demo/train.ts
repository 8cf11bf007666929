import { lion } from "../src/index.ts";
import { js } from "@nn/backend-js";
import { sequential } from "@nn/core";
import { dense, tanh } from "@nn/layers-dense";
import { mse } from "@nn/losses";
import { exponentialDecay } from "@nn/optimizers";
import { fit } from "@nn/trainer";

/** A small net learns x² with Lion, whose steps get shorter and shorter. */
const inputs = Array.from({ length: 41 }, (_, i) => [i / 20 - 1]);
const targets = inputs.map(([x]) => [x! * x!]);

const result = await fit({
  backend: js(),
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
