import { wasm } from "@nn/backend-wasm";
import { fit } from "@nn/trainer";
import { syntheticData } from "../bench/data.ts";
import { dataSet, experimentOf } from "../bench/ours/experiment.ts";
import { workloads } from "../bench/workloads/index.ts";

/**
 * Where the time of a training step goes: `npm run profile -- <workload> [steps]` trains one of the benchmark's workloads
 * and prints what each kernel of the step took, by what was fused into it and the layer that it belongs to.
 */
const [name = "kc", count = "100"] = process.argv.slice(2);
const steps = Number(count);
const workload = workloads.find((known) => known.name === name);
if (!workload || !(steps > 0)) {
  const names = workloads.map((known) => known.name).join("|");
  console.error(`usage: npm run profile -- <${names}> [steps]`);
  process.exit(2);
}

const backend = wasm({ profile: true });
const profile = backend.profile!;
const ending = new AbortController();
let done = 0;
let first = 0;
await fit({
  ...experimentOf(workload),
  backend,
  data: dataSet(workload, syntheticData(workload)),
  epochs: 1e9,
  seed: 1,
  signal: ending.signal,
  callbacks: [
    {
      progress({ step }) {
        done = step;
        // What the engine has not optimised yet is not counted.
        if (first === 0 && step >= steps / 4) {
          profile.clear();
          first = step;
        }
        if (step >= first + steps) ending.abort();
      },
    },
  ],
});

const measured = done - first;
const entries = profile.list();
const total = entries.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
const line = (...[time, share, calls, what]: readonly string[]): string =>
  `${time!.padStart(10)} ${share!.padStart(7)} ${calls!.padStart(11)}  ${what!}`;
console.log(`${workload.name}: ${workload.title}, ${measured} steps, one thread\n`);
console.log(line("µs/step", "share", "calls/step", "kernel and layer"));
for (const { name: kernel, calls, milliseconds } of entries)
  console.log(
    line(
      ((milliseconds * 1000) / measured).toFixed(2),
      `${((100 * milliseconds) / total).toFixed(1)} %`,
      (calls / measured).toFixed(2),
      kernel,
    ),
  );
console.log(line(((total * 1000) / measured).toFixed(2), "100 %", "", "all"));
