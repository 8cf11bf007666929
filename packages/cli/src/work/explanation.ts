import type { Importance } from "@nn/interpret";
import { writeWhole } from "@nn/trainer/node";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { CommandError } from "../failure.ts";
import { makeFolder } from "../make-folder.ts";
import type { FeatureDependence } from "./dependences.ts";

/** What `nn explain` found out, as its file has it. */
export interface Explanation {
  readonly format: 1;
  /** The file of the rows. */
  readonly data: string;
  /** Whether the model had not been trained on the rows; null where that is not known. */
  readonly heldOut: boolean | null;
  readonly importance: Importance;
  /** Of the most important features, one each. */
  readonly dependence: readonly FeatureDependence[];
}

/** The file in a run's folder. */
export function explanationFile(folder: string): string {
  return path.join(folder, "importance.json");
}

/** Reads what was found out about a run's model; undefined where nobody has asked. */
export async function readExplanation(folder: string): Promise<Explanation | undefined> {
  const file = explanationFile(folder);
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const refuse = (cause?: unknown): CommandError =>
    new CommandError(
      `${file} is not what nn explain writes; remove it, and explain the run again`,
      { cause },
    );
  let read: Partial<Explanation>;
  try {
    read = Object(JSON.parse(text)) as Partial<Explanation>;
  } catch (cause) {
    throw refuse(cause);
  }
  if (
    read.format !== 1 ||
    !Array.isArray(read.importance?.features) ||
    !Array.isArray(read.dependence)
  )
    throw refuse();
  return read as Explanation;
}

/** Writes what was found out. */
export async function writeExplanation(file: string, explanation: Explanation): Promise<void> {
  await makeFolder(path.dirname(file));
  await writeWhole(file, `${JSON.stringify(explanation, null, 2)}\n`);
}
