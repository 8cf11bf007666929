import { check } from "@nn/core";

const protocols = ["file:", "http:", "https:", "blob:"];

/** Refuses what is no URL of a module: names of packages, paths, and text that is to be run. */
export function checkEntry(entry: unknown): asserts entry is string {
  const url = typeof entry === "string" && URL.canParse(entry) ? new URL(entry) : undefined;
  check(
    url && protocols.includes(url.protocol),
    () =>
      `workers: a job's entry must be the URL of a module, with ${protocols.join(", ")}, such as ` +
      `new URL("./job.js", import.meta.url).href, got ${JSON.stringify(entry)?.slice(0, 80) ?? typeof entry}` +
      (url?.protocol === "data:" ? "; where a bundler made it so, use the option `start`" : ""),
  );
}
