import { safetensors } from "@nn/safetensors";
import { folder } from "@nn/trainer/node";
import { foldRunner, runFold } from "@nn/trainer-kfold";
import { builtIn, pluginsOf } from "./plugins.ts";

// The module of jobs in worker threads. What they need besides is in the query of its URL; see `foldsUrl`.
const { searchParams } = new URL(import.meta.url);
const loaded = await Promise.all(searchParams.getAll("plugin").map((url) => pluginsOf(url)));
const store = searchParams.get("store");

/** All that folds can be made of. */
export const plugins = [...builtIn, ...loaded.flat()];

/** Trains a fold, and keeps snapshots of it where there is a place for them. */
export const run = store
  ? foldRunner({ store: folder(store, { format: safetensors() }) })
  : runFold;
