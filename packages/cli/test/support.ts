import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Io } from "@nn/cli";
import { run } from "@nn/cli";

// What is written is looked at without colours, which runners of tests may ask for.
process.env["FORCE_COLOR"] = "0";

/** The command in a process of its own, from the sources. */
export const program: readonly string[] = [
  process.execPath,
  "--import",
  pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href,
  "--conditions=@nn/source",
  fileURLToPath(new URL("../src/nn.ts", import.meta.url)),
];

/** What a command wrote, and its exit code. */
export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly error: string;
}

/** How a command is run. */
interface RunOptions {
  readonly env?: Io["env"];
  /** Called with everything that is written to standard error, and with what a Ctrl-C does. */
  readonly watch?: (text: string, interrupt: () => void) => void;
}

/** A folder for a test, with commands in it. */
export interface Place {
  readonly folder: string;
  file(name: string): string;
  write(name: string, text: string): string;
  nn(args: readonly string[], options?: RunOptions): Promise<Ran>;
  remove(): void;
}

/** Makes an empty folder. */
export function newPlace(): Place {
  const folder = mkdtempSync(path.join(tmpdir(), "nn-cli-"));
  const file = (name: string): string => path.join(folder, name);
  return {
    folder,
    file,
    write(name, text) {
      writeFileSync(file(name), text);
      return name;
    },
    async nn(args, { env = {}, watch } = {}) {
      let [out, error] = ["", ""];
      const listeners = new Set<() => void>();
      const interrupt = (): void => listeners.forEach((listener) => listener());
      const code = await run(args, {
        stdout: { write: (text) => (out += text) },
        stderr: {
          write(text) {
            error += text;
            watch?.(text, interrupt);
          },
        },
        cwd: folder,
        env,
        onInterrupt(listener) {
          listeners.add(listener);
          return () => listeners.delete(listener);
        },
      });
      return { code, out, error };
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Flats whose rents follow from their area and district, in a file that is the same every time. */
export function flats(rows: number): string {
  const lines = Array.from({ length: rows }, (_, i) => {
    const area = 30 + ((i * 37) % 71);
    const district = ["north", "south", "east"][(i * 5) % 3]!;
    const floor = (i * 11) % 7;
    const rent = 8 * area + (district === "south" ? 150 : 0) + 10 * floor + ((i * 13) % 9);
    return `F${String(i).padStart(3, "0")},${area},${district},${floor},${rent}`;
  });
  return `${["id,area,district,floor,rent", ...lines].join("\n")}\n`;
}

/** An experiment on them that is trained in a moment. */
export function flatsExperiment(changes: object = {}): string {
  const experiment = {
    name: "flats",
    data: { file: "flats.csv" },
    target: "rent",
    ids: "id",
    pipeline: [
      { kind: "standard", columns: ["area", "floor", "rent"] },
      { kind: "oneHot", columns: ["district"] },
    ],
    model: [
      { kind: "dense", units: 4, activation: "tanh" },
      { kind: "dense", units: 1 },
    ],
    loss: "mse",
    metrics: ["r2"],
    optimizer: { kind: "momentum", learningRate: 0.05 },
    folds: 3,
    epochs: 20,
    batchSize: 16,
    seed: 5,
    backend: "js",
    ...changes,
  };
  return JSON.stringify(experiment, null, 2);
}

/** The JSON that a command wrote, which has to be all of its output. */
export function jsonOf({ out }: Ran): Record<string, unknown> {
  return JSON.parse(out) as Record<string, unknown>;
}
