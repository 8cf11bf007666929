import { wasm } from "@nn/backend-wasm";
import { type Callback, type Layer, sequential, type Tensor } from "@nn/core";
import { dense, relu } from "@nn/layers-dense";
import { dropout } from "@nn/layers-dropout";
import { mse } from "@nn/losses";
import { momentum, reduceOnPlateau } from "@nn/optimizers";
import { safetensors } from "@nn/safetensors";
import { createHash } from "node:crypto";
import { type DataSet, earlyStopping, fit, type FitOptions } from "../src/index.ts";
import { checkpoint, readCheckpoint } from "../src/node.ts";

/** Random numbers, the same ones each time. */
function numbers(rows: number, columns: number, seed: number): number[][] {
  let state = seed;
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return state / 2 ** 31;
  };
  return Array.from({ length: rows }, () => Array.from({ length: columns }, next));
}

/** Examples of something that can be learned. */
function examples(rows: number, seed: number): DataSet {
  const inputs = numbers(rows, 64, seed);
  const targets = inputs.map(([a, b, c, d]) => [Math.tanh(a! + b! * c! - d!)]);
  return { inputs, targets };
}

const backend = wasm({ threads: 2 });

/** Two threads, momentum, dropout, a schedule that looks at validation figures, and early stopping. */
const options: FitOptions<Tensor, Tensor, Tensor> = {
  backend,
  model: sequential([
    dense(192, { activation: relu() }),
    dropout(0.2),
    dense(64, { activation: relu() }),
    dense(1),
  ]) as Layer,
  data: examples(700, 1),
  validation: examples(100, 2),
  loss: mse(),
  optimizer: momentum({ learningRate: reduceOnPlateau(0.05, { patience: 15 }) }),
  batchSize: 64,
  epochs: 400,
  seed: 11,
};

/**
 * Trains, or goes on with training, prints `begun` and then what came out, to the last bit. Killed by
 * `kill.test.ts` meanwhile.
 */
const [file] = process.argv.slice(2);
const format = safetensors();
const told: Callback = {
  start: ({ step }) => void process.stdout.write(`begun ${step}\n`),
};
const resume = file === undefined ? undefined : await readCheckpoint(file, { format });
const { parameters, state, history, ended, best } = await fit({
  ...options,
  callbacks: [
    earlyStopping({ patience: 60 }),
    told,
    ...(file === undefined ? [] : [checkpoint({ file, format, everySeconds: 0.01 })]),
  ],
  resume,
});
const hash = createHash("sha256");
for (const tensor of [...Object.values(parameters), ...Object.values(state)])
  hash.update(await tensor.read());
process.stdout.write(`${JSON.stringify({ hash: hash.digest("hex"), history, ended, best })}\n`);
if (backend.doctor().threads !== 2) throw new Error("this was to run on two threads");
await backend.close?.();
