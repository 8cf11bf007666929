import { existsSync, mkdirSync } from "node:fs";
import path from "node:path";

import { readTableFile, writeCsvFile } from "@nn/datasets/node";
import type { ExperimentData } from "@nn/experiment";
import { generatedHouses } from "./generated-houses.ts";

/** A file of houses, what to call them, and their table. */
export interface Houses {
  readonly file: string;
  readonly data: "King County" | "generated";
  readonly table: Awaited<ReturnType<typeof readTableFile>>;
}

/**
 * The King County sales from the folder that `NN_DATA` names, or from one called `data` or `../shared/data` seen from the
 * repository; else generated houses, which are written to `folder` first.
 */
export async function readHouses(
  { file: name, ...options }: ExperimentData,
  folder: string,
): Promise<Houses> {
  const folders = process.env["NN_DATA"]
    ? [process.env["NN_DATA"]]
    : ["../../data", "../../../shared/data"].map((one) => path.join(import.meta.dirname, one));
  const found = folders.map((one) => path.join(one, name)).find((file) => existsSync(file));
  if (found)
    return { file: found, data: "King County", table: await readTableFile(found, options) };
  const file = path.join(folder, "generated-houses.csv");
  mkdirSync(folder, { recursive: true });
  await writeCsvFile(file, generatedHouses(6000, 7));
  return { file, data: "generated", table: await readTableFile(file, options) };
}
