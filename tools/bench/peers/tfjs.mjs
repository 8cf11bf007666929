import { createRequire } from "node:module";
import path from "node:path";
import * as tf from "@tensorflow/tfjs";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import { contest } from "../task.ts";
import { measureBlocks } from "../blocks.ts";
import { prepareTraining } from "./tfjs-training.mjs";

/** TensorFlow.js on its WebAssembly backend. In Node it has one thread. */
await contest(async (task) => {
  const module = createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm");
  setWasmPaths(`${path.dirname(module)}/`);
  await tf.setBackend("wasm");
  await tf.ready();
  return measureBlocks(task, () => prepareTraining(task));
});
