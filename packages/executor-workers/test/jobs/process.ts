import { workers } from "../../src/index.ts";

/** A process that never closes its executor. It lives until its job is done, and no longer. */
const executor = workers({ concurrency: 2 });
const entry = new URL("behaviours.js", import.meta.url).href;
const run = (spec: { do: string; value: number; wait: number }) =>
  executor.run({ entry, spec, tensors: {} }).then(({ value }) => console.log(value));
void run({ do: "square", value: 3, wait: 0 }).then(() =>
  run({ do: "square", value: 4, wait: 200 }),
);
