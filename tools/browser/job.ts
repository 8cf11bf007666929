import type { JobModule, Json } from "@nn/core";
import { serveJobs } from "@nn/executor-workers";
import { strayMessage } from "./settings.ts";

/** A job that does what its spec says. It is loaded by its URL, and serves as a worker of the page's own as well. */
export const plugins: JobModule["plugins"] = [];

export const run: JobModule["run"] = async (spec, tensors, { threads, signal, send }) => {
  const { do: what, value } = spec as { do: string; value: Json };
  send(what);
  if (what === "throw") throw Object.assign(new RangeError("at step 7"), { step: 7 });
  if (what === "stray") setTimeout(() => void fail());
  if (what === "reject") void Promise.reject(new Error(strayMessage));
  if (what === "forever") for (;;);
  if (what !== "echo") await new Promise((resolve) => signal.addEventListener("abort", resolve));
  return { value: [value, threads], tensors };
};

function fail(): never {
  throw new Error(strayMessage);
}

if (new URL(import.meta.url).hash === "#own") serveJobs({ plugins, run });
