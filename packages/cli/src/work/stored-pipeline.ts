import { decode, type FittedTransform, type Plugin } from "@nn/core";
import type { StoredRun } from "@nn/experiment";
import { safetensors } from "@nn/safetensors";
import { readFile } from "node:fs/promises";
import { refuseUnknown } from "./unknown-packages.ts";

/** The pipeline in the model's file of a run. */
export async function pipelineOf(
  { model }: StoredRun,
  plugins: readonly Plugin[],
): Promise<FittedTransform | undefined> {
  if (model === undefined) return undefined;
  const { metadata } = safetensors().read(await readFile(model));
  const { pipeline } = metadata;
  if (pipeline === undefined) return undefined;
  refuseUnknown(pipeline, plugins);
  return decode(pipeline, plugins) as FittedTransform;
}
