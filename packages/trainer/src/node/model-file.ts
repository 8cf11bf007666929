import { check, type ModelFormat, type Tensor, type Tree } from "@nn/core";
import { readFile } from "node:fs/promises";
import { checkKnown } from "../check-options.ts";
import {
  type OpenedModel,
  openModel,
  type OpenOptions,
  type Storable,
  storeModel,
  type StoreOptions,
} from "../resume/store.ts";
import { checkFile, checkFormat } from "./file-options.ts";
import { unlessMissing, writeWhole } from "./whole-file.ts";

/** How a model is saved, and what goes along with it. */
export interface SaveOptions extends StoreOptions {
  /** Such as `safetensors()`. */
  readonly format: ModelFormat;
}

/** What is needed to load a model. */
export interface LoadOptions extends OpenOptions {
  /** The format that it was saved in. */
  readonly format: ModelFormat;
}

/**
 * Saves what `fit` returned, or `{ model, ...variables }`, in one file, which is written whole or not at all.
 *
 * ```ts
 * await saveModel("houses.safetensors", await fit(options), { format: safetensors() });
 * ```
 */
export async function saveModel(
  file: string,
  storable: Storable,
  options: SaveOptions,
): Promise<void> {
  checkFile("saveModel", file);
  checkKnown("saveModel", options, ["format", "metadata"]);
  const { format, ...others } = options;
  checkFormat("saveModel", format);
  await writeWhole(file, format.write(await storeModel(storable, others)));
}

/**
 * Loads what `saveModel` saved, or a checkpoint; see `openModel`.
 *
 * ```ts
 * const model = await loadModel("houses.safetensors", { format: safetensors(), plugins, backend: js() });
 * await model.predict([[3, 120]]).read();
 * ```
 */
export async function loadModel<In extends Tree = Tensor, Out extends Tree = Tensor>(
  file: string,
  options: LoadOptions,
): Promise<OpenedModel<In, Out>> {
  checkFile("loadModel", file);
  checkKnown("loadModel", options, ["format", "plugins", "backend"]);
  const { format, ...others } = options;
  checkFormat("loadModel", format);
  const bytes = await readFile(file).catch(unlessMissing);
  check(bytes, () => `loadModel: there is no file '${file}'`);
  return openModel(format.read(bytes), others);
}
