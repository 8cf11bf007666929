import { spawnSync } from "node:child_process";
import os from "node:os";
import { build } from "esbuild";
import { root } from "../workspace.ts";
import { type Arguments, parseArguments } from "./arguments.ts";
import { compareLosses, type Differences, steps, tolerance } from "./check.ts";
import {
  type Contestant,
  ourNames,
  ours,
  peers,
  pytorch,
  reference,
  scripts,
  usualNames,
} from "./contestants.ts";
import { ask } from "./process.ts";
import { type Result, type Row, toJson, toMarkdown, toText } from "./report.ts";
import { best, summarize } from "./statistics.ts";
import type { Measurement, Missing } from "./task.ts";
import type { Workload } from "./workload.ts";
import { workloads } from "./workloads/index.ts";

/**
 * Measures training steps of ours and of others, which take turns, one at a time and each round in a process of its
 * own. What is printed on standard output is the result and nothing else. See the README beside this file.
 */
const chosen = readArguments();
const timing = chosen.quick ? { warmUp: 100, window: 200 } : { warmUp: 1000, window: 1000 };
const problems: string[] = [];
const say = (text: string): void => console.error(`bench: ${text}`);

if (chosen.build) buildPackages();
await bundleScripts();
const contestants: Contestant[] = [];
for (const name of chosen.backends) contestants.push(await ours(name, chosen.threads));
if (chosen.peers) {
  const isOnGpu = chosen.backends.includes("webgpu");
  contestants.push(...(await peers(chosen.threads, isOnGpu)));
} else if (chosen.check) contestants.push(pytorch(chosen.threads));

const [load = 0] = os.loadavg();
if (load > 0.5) say(`other work is going on here (load ${load.toFixed(1)}); figures will be off`);
const results: Result[] = [];
for (const workload of workloads)
  if (chosen.workloads.includes(workload.name))
    results.push({ workload, rows: await rowsOf(workload) });

const print = { text: toText, json: toJson, markdown: toMarkdown }[chosen.format];
if (chosen.check) say("nothing was measured");
else console.log(print(results));
for (const problem of problems) say(problem);
if (problems.length > 0) process.exitCode = 1;

/** Compares losses where PyTorch takes part, and measures all rounds. */
async function rowsOf(workload: Workload): Promise<Result["rows"]> {
  const differences = await check(workload);
  if (chosen.check) return {};
  const measured = await measure(workload);
  const base = contestants
    .map(({ name, isOurs }) => (isOurs ? measured.get(name)! : { missing: "" }))
    .find((rounds) => !("missing" in rounds));
  const rows: Record<string, Row> = {};
  for (const [name, rounds] of measured) {
    const difference = differences[name];
    rows[name] = {
      ...("missing" in rounds ? rounds : summarize(rounds, (base ?? rounds) as typeof rounds)),
      ...(difference !== undefined && { lossDifference: difference }),
    };
  }
  return rows;
}

async function check(workload: Workload): Promise<Differences> {
  const torch = contestants.find(({ name }) => name === reference);
  if (!torch) return {};
  if ("missing" in torch.variants) {
    const text = `${workload.name}: losses were not compared, ${reference} is missing: ${torch.variants.missing}`;
    if (chosen.check) problems.push(text);
    else say(text);
    return {};
  }
  say(`${workload.name}: comparing ${steps} losses with ${reference}`);
  try {
    const own = contestants.filter(({ isOurs }) => isOurs);
    const differences = await compareLosses(workload, torch, own);
    for (const [name, difference] of Object.entries(differences)) {
      const text = `losses of ${name} are up to ${difference.toExponential(1)} from ${reference}'s`;
      if (difference <= tolerance) say(`${workload.name}: ${text}`);
      else problems.push(`${workload.name}: ${text}, more than ${tolerance}`);
    }
    return differences;
  } catch (error) {
    problems.push(`${workload.name}: comparing losses failed: ${(error as Error).message}`);
    return {};
  }
}

/** The rounds of everybody: A B C, A B C, … Whoever fails is left out of the rounds that follow. */
async function measure(workload: Workload) {
  const runs = contestants.map(({ name, isOurs, variants }) => ({
    name,
    isOurs,
    variants:
      "missing" in variants
        ? []
        : variants.map((variant) => ({ variant, rounds: [] as Measurement[] })),
    missing: "missing" in variants ? variants.missing : undefined,
  }));
  for (let round = 1; round <= chosen.rounds; round++)
    for (const run of runs)
      for (const { variant, rounds } of run.variants) {
        if (run.missing !== undefined) continue;
        say(`${workload.name}: round ${round} of ${chosen.rounds}, ${run.name}`);
        try {
          const answer = await ask(variant, { workload, timing });
          if ("usPerStep" in answer) rounds.push(answer);
          else run.missing = "missing" in answer ? answer.missing : "measured nothing";
        } catch (error) {
          const { message } = error as Error;
          run.missing = `failed, ${message.split("\n")[0]}`;
          if (run.isOurs) problems.push(`${workload.name}: ${run.name} ${message}`);
        }
      }
  return new Map<string, readonly Measurement[] | Missing>(
    runs.map(({ name, variants, missing }) => {
      if (missing === undefined) return [name, best(variants.map(({ rounds }) => rounds))];
      say(`${workload.name}: ${name} is missing: ${missing}`);
      return [name, { missing }];
    }),
  );
}

function readArguments(): Arguments {
  try {
    return parseArguments(process.argv.slice(2), {
      workloads: workloads.map(({ name }) => name),
      backends: ourNames,
      usualBackends: usualNames,
    });
  } catch (error) {
    console.error((error as Error).message);
    process.exit(1);
  }
}

/** What is measured is what is published: `dist`. */
function buildPackages(): void {
  say("building the packages");
  const options = { cwd: root, encoding: "utf8" } as const;
  const { status, stdout, stderr } = spawnSync("npm", ["run", "build"], options);
  if (status !== 0) throw new Error(`bench: npm run build failed:\n${stdout}${stderr}`);
}

/** Scripts of processes as plain JavaScript, so that no compiler is part of what is measured. */
async function bundleScripts(): Promise<void> {
  await build({
    absWorkingDir: import.meta.dirname,
    entryPoints: [
      "ours/run.ts",
      "ours/draw.ts",
      "peers/tfjs.mjs",
      "peers/tfjs-webgpu.mjs",
      "peers/jax.mjs",
      "peers/brain.mjs",
    ],
    outdir: scripts,
    outbase: ".",
    outExtension: { ".js": ".mjs" },
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
    target: "node20",
    logLevel: "warning",
  });
}
