import { decode, type FittedTransform, type Plugin } from "@nn/core";
import type { StoredRun } from "@nn/experiment";
import { safetensors } from "@nn/safetensors";
import { readFile } from "node:fs/promises";

/** The pipeline in the model's file of a run. */
export async function pipelineOf(
  { model }: StoredRun,
  plugins: readonly Plugin[],
): Promise<FittedTransform | undefined> {
  if (model === undefined) return undefined;
  const { metadata } = safetensors().read(await readFile(model));
  const { pipeline } = metadata;
  return pipeline === undefined ? undefined : (decode(pipeline, plugins) as FittedTransform);
}
