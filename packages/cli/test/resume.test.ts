import { spawn } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { flats, flatsExperiment, jsonOf, newPlace, type Place, program } from "./support.ts";

/** The module of a plugin, which threads have to be told of, too. */
const wave = `
const create = () => ({ kind: "@acme/layers#wave", config: {}, apply: (_, x) => x });
export const plugins = [{ kind: "@acme/layers#wave", contract: 1, create }];
`;
const train = ["train", "flats.json", "--plugin", "./wave.mjs"];

let place: Place;
let model: Buffer;

beforeAll(async () => {
  place = newPlace();
  place.write("flats.csv", flats(90));
  const hidden = { kind: "dense", units: 4, activation: "wave" };
  const layers = [hidden, { kind: "dense", units: 1 }];
  place.write("flats.json", flatsExperiment({ epochs: 150, model: layers }));
  place.write("wave.mjs", wave);
  const { code } = await place.nn([...train, "-q", "-j", "1", "-o", "whole"]);
  expect(code).toBe(0);
  model = readFileSync(place.file("whole/model.safetensors"));
}, 60_000);
afterAll(() => place.remove());

/** How a run stands. */
function statusIn(folder: string): unknown {
  return (JSON.parse(readFileSync(place.file(`${folder}/run.json`), "utf8")) as { status: unknown })
    .status;
}

/** The program in a process of its own. `heard` is called with all that it has written to standard error so far. */
async function inProcess(
  args: readonly string[],
  heard: (text: string, kill: (signal: NodeJS.Signals) => void) => void = () => undefined,
): Promise<{ code: number | null; signal: string | null; out: string; error: string }> {
  const [node = "", ...before] = program;
  const child = spawn(node, [...before, ...args], {
    cwd: place.folder,
    // The environment of the test runner would make of it one more.
    env: { PATH: process.env["PATH"] },
  });
  let [out, error] = ["", ""];
  child.stdout.on("data", (part: Buffer) => (out += part.toString()));
  child.stderr.on("data", (part: Buffer) => {
    error += part.toString();
    heard(error, (signal) => child.kill(signal));
  });
  const [code, signal] = await new Promise<[number | null, string | null]>((resolve) =>
    child.on("close", (...ending) => resolve(ending)),
  );
  return { code, signal, out, error };
}

describe("a run that is interrupted", () => {
  it("by Ctrl-C stops with 130, is kept, and goes on to the same bits", async () => {
    let isOver = false;
    const stopped = await place.nn([...train, "-j", "1", "-o", "stopped"], {
      watch(text, interrupt) {
        if (!isOver && /^fold 1\/3 .*took/m.test(text)) {
          isOver = true;
          interrupt();
        }
      },
    });
    expect(stopped.code).toBe(130);
    expect(stopped.error).toContain("nn: stopping; once more to end at once");
    expect(stopped.out).toContain("nn train flats.json --resume --out stopped");
    expect(JSON.parse(readFileSync(place.file("stopped/run.json"), "utf8"))).toMatchObject({
      status: "stopped",
    });
    expect(readdirSync(place.file("stopped"))).not.toContain("model.safetensors");
    expect((await place.nn(["predict", "stopped", "flats.csv"])).error).toContain(
      "has no model yet: the run is stopped",
    );

    const other = await place.nn([
      ...train,
      "-q",
      "-j",
      "1",
      "-o",
      "stopped",
      "--resume",
      "--epochs",
      "9",
    ]);
    expect([other.code, other.error]).toEqual([
      1,
      expect.stringContaining("is of another experiment: it differs at"),
    ]);
    const ran = await place.nn([...train, "-j", "1", "-o", "stopped", "--resume"]);
    expect(ran.code).toBe(0);
    expect(readFileSync(place.file("stopped/model.safetensors")).equals(model)).toBe(true);
    const again = await place.nn([...train, "-q", "-j", "1", "-o", "stopped", "--resume"]);
    expect([again.code, again.error]).toEqual([
      1,
      expect.stringContaining("has finished; there is nothing to resume"),
    ]);
  });

  it("is found by --resume alone, and a new one begins where there is none", async () => {
    const numbered = await place.nn([...train, "-j", "1"], {
      watch: (text, interrupt) => void (text.includes("fold 1/3") && interrupt()),
    });
    expect(numbered.code).toBe(130);
    const ran = await place.nn([...train, "-q", "-j", "1", "--resume", "--json"]);
    expect(jsonOf(ran)).toMatchObject({ status: "finished", folder: place.file("runs/flats-1") });
    expect(readFileSync(place.file("runs/flats-1/model.safetensors")).equals(model)).toBe(true);
    const fresh = await place.nn([...train, "-j", "1", "--resume", "--epochs", "1"]);
    expect(fresh.error).toContain("nn: no run was interrupted; this is a new one");
    expect(fresh.out).toContain("runs/flats-2/report.html");
  });

  it(
    "by the end of its process goes on in threads and is stopped by a signal, to the same bits",
    { timeout: 120_000 },
    async () => {
      const args = [...train, "--out", "killed"];
      const killed = await inProcess(
        [...args, "--jobs", "1"],
        (text, kill) => void (text.includes(" took ") && kill("SIGKILL")),
      );
      expect(killed.signal, killed.error).toBe("SIGKILL");
      expect(statusIn("killed")).toBe("running");
      // With a number of threads, even one job is in a thread of its own.
      const stopped = await inProcess(
        [...args, "--jobs", "1", "--threads", "1", "--resume"],
        (text, kill) => {
          if (/^fold 2\/3 .*took/m.test(text) && !text.includes("stopping")) kill("SIGINT");
        },
      );
      expect(stopped.code, stopped.error).toBe(130);
      expect(stopped.out).toContain("stopped; go on with the same options and --resume");
      expect(statusIn("killed")).toBe("stopped");
      const { code } = await place.nn([...args, "-q", "-j", "1", "--resume"]);
      expect(code).toBe(0);
      expect(readFileSync(place.file("killed/model.safetensors")).equals(model)).toBe(true);
    },
  );
});
