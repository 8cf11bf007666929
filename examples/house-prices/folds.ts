// Runs in worker threads: one fold after the other, of what `plugins` can make.
export { runFold as run } from "@nn/trainer-kfold";
export { plugins } from "./plugins.ts";
