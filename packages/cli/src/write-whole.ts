import { writeWhole as write } from "@nn/trainer/node";
import { existsSync } from "node:fs";
import path from "node:path";
import { CommandError } from "./failure.ts";

/** Writes a file whole or not at all, into a folder that has to be there. */
export async function writeWhole(file: string, text: string): Promise<void> {
  const folder = path.dirname(file);
  if (!existsSync(folder))
    throw new CommandError(`there is no folder ${folder} to write ${path.basename(file)} into`);
  await write(file, text);
}
