import { workers } from "@nn/executor-workers";

/** A page as users have them that bundle with Vite. */
declare global {
  /** Runs a job in a worker that is bundled; called from outside of the page. */
  var runJob: (value: number) => Promise<string>;
}

globalThis.runJob = async (value) => {
  const executor = workers({
    start: () => new Worker(new URL("./worker.ts", import.meta.url), { type: "module" }),
  });
  const spec = { do: "echo", value };
  const result = await executor.run({ entry: "echo", spec, tensors: {}, threads: 2 });
  await executor.close();
  return JSON.stringify(result);
};
