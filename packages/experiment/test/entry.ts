export { runFold as run } from "@nn/trainer-kfold";
export { plugins } from "./support.ts";
