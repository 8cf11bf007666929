import { plugins as dropout } from "@nn/layers-dropout";
import { foldRunner } from "@nn/trainer-kfold";
import { plugins as others } from "./entry.ts";
import { storeIn } from "./store-run.ts";

/** Jobs that keep snapshots where the environment says. */
export const plugins = [...others, ...dropout];
export const run = foldRunner({ store: storeIn(process.env["NN_TEST_FOLDER"]!) });
