import type { ModelFormat, StoredModel } from "@nn/core";
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { checkKnown } from "../check-options.ts";
import { checkFile, checkFormat } from "./file-options.ts";
import { readCheckpoint } from "./read-checkpoint.ts";
import { writeWhole } from "./whole-file.ts";

/** How models are kept in a folder. */
export interface FolderOptions {
  /** Such as `safetensors()`. */
  readonly format: ModelFormat;
}

/** Stored models by their names. */
export interface Folder {
  /** What was written under a name; undefined where there is nothing. */
  read(name: string): Promise<StoredModel | undefined>;
  write(name: string, model: StoredModel): Promise<void>;
}

/**
 * Keeps models in a folder, one file for each name, which is written whole or not at all. The folder is made when the
 * first one is written.
 *
 * ```ts
 * await kFold({ ...options, store: folder("folds", { format: safetensors() }) }); // folds/fold-0.safetensors, …
 * ```
 */
export function folder(name: string, options: FolderOptions): Folder {
  checkFile("folder", name);
  checkKnown("folder", options, ["format"]);
  const { format } = options;
  checkFormat("folder", format);
  // Names cannot lead out of the folder.
  const fileOf = (model: string): string =>
    path.join(name, `${encodeURIComponent(model).replace(/^\./, "%2E")}.${format.name}`);
  return {
    read: (model) => readCheckpoint(fileOf(model), { format }),
    async write(model, stored) {
      await mkdir(name, { recursive: true });
      await writeWhole(fileOf(model), format.write(stored));
    },
  };
}
