import { workers } from "../../src/index.ts";

/** A process that closes one executor while its worker starts, and another one never: it lives until all is done. */
const entry = new URL("behaviours.js", import.meta.url).href;
const closed = workers({ concurrency: 1 });
closed.run({ entry, spec: null, tensors: {} }).catch(() => undefined);
await closed.close();
console.log("closed");

const executor = workers({ concurrency: 2 });
const run = (spec: { do: string; value: number; wait: number }) =>
  executor.run({ entry, spec, tensors: {} }).then(({ value }) => console.log(value));
void run({ do: "square", value: 3, wait: 0 }).then(() =>
  run({ do: "square", value: 4, wait: 200 }),
);
