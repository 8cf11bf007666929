import os from "node:os";
import { type Arguments, parseArguments } from "./arguments.ts";
import { buildPackages, bundleScripts } from "./build.ts";
import { checkLosses, type Differences } from "./check.ts";
import { type Contestant, script } from "./contestants/contestant.ts";
import { ourNames, ours, usualNames } from "./contestants/ours.ts";
import { peers } from "./contestants/peers.ts";
import { productContestants } from "./contestants/products.ts";
import { pytorch } from "./contestants/pytorch.ts";
import { productFlops, stepFlops } from "./flops.ts";
import { newLog } from "./log.ts";
import { peakOf } from "./peaks.ts";
import { run } from "./process.ts";
import { smallestSize } from "./products/tile.ts";
import { type Result, toJson, toMarkdown, toText } from "./report.ts";
import { measure } from "./rounds.ts";
import { explainShares, products, withThroughput } from "./throughput.ts";
import type { Workload } from "./workload.ts";
import { gpuWorkloads, workloads } from "./workloads/index.ts";

/**
 * Measures training steps of ours and of others, which take turns, one at a time and each round in a process of its
 * own. What is printed on standard output is the result and nothing else. See the README beside this file.
 */
const chosen = readArguments();
const timing = chosen.quick ? { warmUp: 100, window: 200 } : { warmUp: 1000, window: 1000 };
const log = newLog();

if (chosen.build) {
  log.say("building the packages");
  buildPackages();
}
await bundleScripts();
const contestants: Contestant[] = [];
for (const name of chosen.backends) contestants.push(await ours(name, chosen.threads));
if (chosen.peers)
  contestants.push(...(await peers(chosen.threads, chosen.backends.includes("webgpu"))));
else if (chosen.check) contestants.push(pytorch(chosen.threads));

const [load = 0] = os.loadavg();
if (load > 0.5)
  log.say(`other work is going on here (load ${load.toFixed(1)}); figures will be off`);
const adapter = chosen.backends.includes("webgpu") ? await findAdapter() : undefined;
const results: Result[] = [];
for (const workload of [...workloads, ...gpuWorkloads(chosen.size)])
  if (chosen.workloads.includes(workload.name)) results.push(await resultOf(workload));
if (chosen.workloads.includes(products) && !chosen.check) results.push(await measureProducts());

if (chosen.check) log.say("nothing was measured");
else print();
log.end();

/** Compares losses where PyTorch takes part, and measures all rounds. */
async function resultOf(workload: Workload): Promise<Result> {
  const { name, needsGpu = false } = workload;
  const participants = contestants.filter(({ isOnGpu }) => isOnGpu || !needsGpu);
  const reference = contestants.find(({ name }) => name === "pytorch");
  const compared = participants.filter((one) => one.tellsLosses && one !== reference);
  const differences: Differences = reference
    ? await checkLosses(workload, reference, compared, { log, isRequired: chosen.check })
    : {};
  if (chosen.check) return { workload, rows: {} };
  const assignment = { workload, timing };
  const rows = await measure({ name, contestants: participants, assignment, ...chosen }, log);
  const flopsPerStep = needsGpu ? stepFlops(workload) : undefined;
  return {
    workload,
    ...(flopsPerStep !== undefined && { flopsPerStep }),
    rows: Object.fromEntries(
      Object.entries(rows).map(([name, row]) => {
        const lossDifference = differences[name];
        return [name, { ...row, ...(lossDifference !== undefined && { lossDifference }) }];
      }),
    ),
  };
}

async function measureProducts(): Promise<Result> {
  const { size, rounds } = chosen;
  const assignment = { size, timing };
  const contestants = await productContestants();
  return {
    workload: { name: products, title: `${size}×${size} by ${size}×${size}, f32` },
    flopsPerStep: productFlops(size),
    rows: await measure({ name: products, contestants, assignment, rounds }, log),
  };
}

/** The result on standard output; what shares are shares of, beside it. */
function print(): void {
  const format = { text: toText, json: toJson, markdown: toMarkdown }[chosen.format];
  if (results.every(({ flopsPerStep }) => flopsPerStep === undefined))
    return console.log(format(results));
  const peak = peakOf(adapter, chosen.peakTflops);
  console.log(format(withThroughput(results, peak)));
  const lines = explainShares(results, peak);
  if (chosen.format === "text") console.log(lines.join("\n"));
  else lines.forEach(log.say);
}

/** What WebGPU's adapter says about itself; undefined where there is none. */
async function findAdapter(): Promise<string | undefined> {
  const answer = await run(script("products/adapter.mjs"), {}).catch((error: Error) => {
    return { missing: error.message };
  });
  const { adapter, missing } = answer as { adapter?: string; missing?: string };
  log.say(adapter === undefined ? `no GPU: ${missing}` : `the GPU is ${adapter}`);
  return adapter;
}

function readArguments(): Arguments {
  try {
    return parseArguments(process.argv.slice(2), {
      workloads: workloads.map(({ name }) => name),
      gpuWorkloads: [...gpuWorkloads(smallestSize).map(({ name }) => name), products],
      backends: ourNames,
      usualBackends: usualNames,
    });
  } catch (error) {
    console.error((error as Error).message);
    process.exit(1);
  }
}
