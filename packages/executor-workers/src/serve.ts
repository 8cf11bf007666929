import type { JobModule } from "@nn/core";
import { moduleUrl } from "./platform.ts";
import { servingSource } from "./protocol.ts";

/**
 * Makes a worker run the jobs of a module that is bundled with it; for the option `start` of `workers`. The entries of
 * jobs then only name what they do, and nothing is loaded from there.
 *
 * ```ts
 * import { plugins, run } from "./my-job.ts";
 *
 * serveJobs({ plugins, run });
 * ```
 */
export function serveJobs(module: JobModule): void {
  const url = moduleUrl(servingSource);
  const loaded = import(/* @vite-ignore */ /* webpackIgnore: true */ url) as Promise<{
    serve(load: () => JobModule): void;
  }>;
  loaded.then(
    ({ serve }) => serve(() => module),
    // The page hears of errors outside of promises only.
    (error: unknown) =>
      setTimeout(() => {
        throw error;
      }),
  );
}
