import { spawn } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const script = fileURLToPath(new URL("./kill-run.ts", import.meta.url));
const repetitions = process.env["NN_LONG"] === "1" ? 50 : 2;

/**
 * Runs the script; kills it that many milliseconds after training has begun, unless it is done before. The step that it
 * began at, and the line with what came out, if it came to that.
 */
async function run(file: string | undefined, killAfter = Infinity) {
  const args = ["--import", "tsx", "--conditions=@nn/source", script, ...(file ? [file] : [])];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  let errors = "";
  let timer: NodeJS.Timeout | undefined;
  child.stderr.on("data", (part: Buffer) => void (errors += part.toString()));
  child.stdout.on("data", (part: Buffer) => {
    output += part.toString();
    if (killAfter < Infinity && !timer) timer = setTimeout(() => child.kill("SIGKILL"), killAfter);
  });
  const [code, signal] = await new Promise<[number | null, string | null]>((resolve) =>
    child.on("close", (...ending) => resolve(ending)),
  );
  clearTimeout(timer);
  if (code !== 0 && signal !== "SIGKILL") throw new Error(`the run failed: ${errors}`);
  const [begun, result] = output.split("\n");
  return { step: Number(begun!.split(" ")[1]), result: code === 0 ? result! : undefined };
}

/** The same random numbers for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) | 0;
    return (state >>> 0) / 2 ** 32;
  };
}

describe("a run on two threads with momentum, dropout, a schedule and early stopping", () => {
  let folder: string;
  let expected: string | undefined;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "nn-kill-"));
    expected = (await run(undefined)).result;
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it(
    `that is killed at random moments and resumed comes to the same bits (${repetitions} times; 50 where NN_LONG=1)`,
    { timeout: 60_000 * repetitions },
    async () => {
      let resumed = 0;
      let halfWritten = 0;
      for (let i = 0; i < repetitions; i++) {
        const random = randomFrom(i + 1);
        const file = path.join(folder, `run-${i}`);
        const kills = 1 + Math.floor(random() * 3);
        for (let kill = 0; kill < kills; kill++) {
          const { step } = await run(file, random() * 400);
          if (step > 0) resumed++;
          if ((await readdir(folder)).some((name) => name.endsWith(".temporary"))) halfWritten++;
        }
        const { step, result } = await run(file);
        if (step > 0) resumed++;
        expect(result).toBe(expected);
        // Nothing is left beside the checkpoint and the one before.
        const names = (await readdir(folder)).filter((name) => name.startsWith(`run-${i}`));
        expect(names.sort()).toEqual([`run-${i}`, `run-${i}.previous`]);
      }
      expect(resumed).toBeGreaterThan(0);
      // By chance, a few times in a hundred, a checkpoint was being written.
      if (repetitions === 50) expect(halfWritten).toBeGreaterThan(0);
    },
  );
});
