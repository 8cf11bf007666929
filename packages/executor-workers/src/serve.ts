import type { JobModule } from "@nn/core";
import { moduleUrl } from "./platform.ts";
import { servingSource } from "./protocol.ts";

/**
 * Makes a worker run a job's module that is bundled with it; for the option `start` of `workers`. The entries of jobs
 * then name what they do, and nothing is loaded by them.
 *
 * ```ts
 * import { plugins, run } from "./my-job.ts";
 *
 * await serveJobs({ plugins, run });
 * ```
 */
export async function serveJobs(module: JobModule): Promise<void> {
  const url = moduleUrl(servingSource);
  const { serve } = (await import(/* @vite-ignore */ /* webpackIgnore: true */ url)) as {
    serve(load: () => JobModule): void;
  };
  serve(() => module);
}
