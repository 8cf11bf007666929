import { spawn } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bitsOf, longRun } from "./store-run.ts";
import { randomNumbers } from "./support.ts";

const script = fileURLToPath(new URL("store-run.ts", import.meta.url));
const isLong = process.env["NN_LONG"] === "1";
const repetitions = isLong ? 25 : 1;
const kills = isLong ? 2 : 1;

/**
 * Runs the folds in a process of its own, which keeps them in a folder. It is killed that many milliseconds after the
 * first fold has begun, unless it is done before. Where folds began, and what came out, if it came to that.
 */
async function run(place: string, isParallel: boolean, killAfter = Infinity) {
  const args = ["--import", "tsx", "--conditions=@nn/source", script, place, String(isParallel)];
  const env = { ...process.env, NN_TEST_FOLDER: place };
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"], env });
  let output = "";
  let errors = "";
  let timer: NodeJS.Timeout | undefined;
  child.stderr.on("data", (part: Buffer) => void (errors += part.toString()));
  child.stdout.on("data", (part: Buffer) => {
    output += part.toString();
    if (killAfter < Infinity) timer ??= setTimeout(() => child.kill("SIGKILL"), killAfter);
  });
  const [code, signal] = await new Promise<[number | null, string | null]>((resolve) =>
    child.on("close", (...ending) => resolve(ending)),
  );
  clearTimeout(timer);
  if (code !== 0 && signal !== "SIGKILL") throw new Error(`the run failed: ${errors}`);
  const lines = output.split("\n");
  const steps = lines.flatMap((line) => /from step (\d+)$/.exec(line)?.slice(1).map(Number) ?? []);
  return { steps, result: lines.find((line) => line.startsWith("result "))?.slice(7) };
}

describe("folds on two threads with momentum, dropout, a schedule and early stopping", () => {
  let folder: string;
  let expected: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "nn-kill-"));
    const options = longRun();
    expected = await bitsOf(options);
    await options.backend.close?.();
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  for (const isParallel of [false, true])
    it(
      `that are killed at random moments and resumed ${isParallel ? "in workers" : "here"} come to the same bits (` +
        `${repetitions} times; 25 where NN_LONG=1)`,
      { timeout: 60_000 * repetitions },
      async () => {
        const next = randomNumbers(17);
        let resumed = 0;
        // A process may be killed before its first snapshot, or between two folds, which says nothing.
        for (let i = 0; i < repetitions || (resumed === 0 && i < repetitions + 3); i++) {
          const place = path.join(folder, `${isParallel}-${i}`);
          for (let kill = 0; kill < kills; kill++) {
            const { steps } = await run(place, isParallel, next() * 300 + (isLong ? 0 : 200));
            if (steps.some((step) => step > 0)) resumed++;
          }
          const { steps, result } = await run(place, isParallel);
          if (steps.some((step) => step > 0)) resumed++;
          expect(result).toBe(expected);
          const files = [0, 1, 2].map((fold) => `fold-${fold}.json`);
          expect((await readdir(place)).sort()).toEqual(files);
        }
        expect(resumed).toBeGreaterThan(0);
      },
    );
});
