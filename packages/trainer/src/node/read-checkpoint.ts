import { check, type ModelFormat, type StoredModel } from "@nn/core";
import { readFile } from "node:fs/promises";
import { checkKnown } from "../check-options.ts";
import { checkFile, checkFormat } from "./file-options.ts";
import { previousOf, unlessMissing } from "./whole-file.ts";

/** How checkpoints are read. */
export interface ReadCheckpointOptions {
  /** The format that they were written in. */
  readonly format: ModelFormat;
}

/**
 * What `checkpoint` wrote last, to be passed to `fit` as `resume`; undefined where there is nothing yet. Where the file
 * is damaged, the one before it is used, and a warning says so (`process.on("warning", …)`).
 */
export async function readCheckpoint(
  file: string,
  options: ReadCheckpointOptions,
): Promise<StoredModel | undefined> {
  checkFile("readCheckpoint", file);
  checkKnown("readCheckpoint", options, ["format"]);
  const { format } = options;
  checkFormat("readCheckpoint", format);
  const previous = previousOf(file);
  const damage: string[] = [];
  for (const name of [file, previous]) {
    const bytes = await readFile(name).catch(unlessMissing);
    if (!bytes) continue;
    try {
      const stored = format.read(bytes);
      if (damage.length > 0) process.emitWarning(`${damage[0]}; going on from '${name}'`);
      return stored;
    } catch (error) {
      damage.push(`readCheckpoint: '${name}' is damaged: ${(error as Error).message}`);
    }
  }
  check(damage.length === 0, () => `${damage.join("; ")}; remove what is damaged to begin anew`);
  return undefined;
}
