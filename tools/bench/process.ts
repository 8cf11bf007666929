import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Variant } from "./contestants/contestant.ts";
import type { Answer, Assignment, Told } from "./task.ts";

/** How long a process may take, in milliseconds. */
const limit = 600_000;

/** Runs one task in a fresh process and returns its answer. A process that fails or takes too long is an error. */
export async function ask(variant: Variant, assignment: Assignment): Promise<Answer> {
  const task: Told = {
    ...assignment,
    ...variant.settings,
    spawned: performance.timeOrigin + performance.now(),
  };
  return (await run(variant, task)) as Answer;
}

/** Runs a process that is given an object as JSON, and returns the one that it prints. */
export async function run({ command, args, env }: Variant, input: object): Promise<object> {
  const child = spawn(command, [...args, JSON.stringify(input)], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: limit,
    killSignal: "SIGKILL",
  });
  let output = "";
  let errors = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (errors += text));
  const [code, signal] = (await once(child, "close")) as [number | null, NodeJS.Signals | null];
  if (signal === "SIGKILL") throw new Error(`took more than ${limit / 1000} s`);
  const line = output.trimEnd().split("\n").at(-1)!;
  if (code !== 0 || !line.startsWith("{"))
    throw new Error(`ended with ${signal ?? `exit code ${code}`}: ${errors.trim() || output}`);
  return JSON.parse(line) as object;
}
