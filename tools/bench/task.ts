import { readFileSync } from "node:fs";
import type { Tile } from "./products/tile.ts";
import type { Timing } from "./stopwatch.ts";
import type { Workload } from "./workload.ts";

/** Where one of our backends comes from. The package is imported by name, and may be missing. */
export interface BackendSource {
  readonly package: string;
  /** The name of the exported factory. */
  readonly factory: string;
  readonly options?: { readonly [name: string]: string | number };
}

/** What some processes are told, and which says how a contestant runs. */
export interface Settings {
  /** For our own processes. */
  readonly backend?: BackendSource;
  /** For PyTorch on a processor; our backends have it among their options. */
  readonly threads?: number;
  /** For PyTorch: where it computes, if not on the processor. */
  readonly device?: "cuda";
  /** For the product in WGSL. */
  readonly tile?: Tile;
}

/** What every process is told, as JSON in its first argument. */
export interface Told extends Settings {
  /** When the process was started, in milliseconds since 1970. */
  readonly spawned: number;
  readonly timing: Timing;
}

/** The task of a process that trains. */
export interface Task extends Told {
  readonly workload: Workload;
  /** Instead of measuring: train for a few steps from the values in this folder and print the losses. */
  readonly check?: Check;
}

/** The task of a process that multiplies two square matrices, again and again. */
export interface ProductTask extends Told {
  /** Rows and columns of both matrices: a multiple of `smallestSize`. */
  readonly size: number;
}

/** What all processes of a round are told alike. */
export type Assignment =
  | Pick<Task, "timing" | "workload" | "check">
  | Pick<ProductTask, "timing" | "size">;

/** A short training that is to give the same losses everywhere. */
export interface Check {
  /** What `writeStart` wrote. */
  readonly folder: string;
  readonly steps: number;
}

/** What a process prints: one line of JSON, the last one. */
export type Answer = Measurement | Losses | Missing;

/** What was measured in one process. */
export interface Measurement {
  readonly usPerStep: number;
  /**
   * What the first step took beyond a steady one, in milliseconds, with everything at hand: for us tracing and
   * compiling, for others their own way of warming up.
   */
  readonly compileMs: number;
  /** From the start of the process to the end of its first step, without the time for making up data. */
  readonly startMs: number;
  readonly peakMemoryMiB: number;
  /** What ran, and on what. */
  readonly version: string;
  readonly threads?: number;
  /** Kernels that a GPU is given for a step. */
  readonly dispatchesPerStep?: number;
  /** How far a product is from the right one; see `productError`. */
  readonly relativeError?: number;
}

/** The loss of every step. */
export interface Losses {
  readonly losses: readonly number[];
}

/** Why there is nothing to measure. */
export interface Missing {
  readonly missing: string;
}

/** The task of this process. */
export function readTask<T extends Told = Task>(): T {
  return JSON.parse(process.argv[2]!) as T;
}

/** Prints the answer of this process and ends it, whatever still runs in it. */
export function answer(value: Answer): void {
  process.stdout.write(`${JSON.stringify(value)}\n`, () => process.exit(0));
}

/** Runs a process: prints what it answers, or why it cannot. */
export async function contest<T extends Told = Task>(
  run: (task: T) => Promise<Answer>,
): Promise<void> {
  try {
    answer(await run(readTask<T>()));
  } catch (error) {
    const { message } = error as Error;
    answer({ missing: message.split("\n")[0]!.slice(0, 300) });
  }
}

/** The most memory that this process had, in MiB. */
export function peakMemoryMiB(): number {
  try {
    // `maxRSS` starts from what the parent process had; this does not.
    const status = readFileSync("/proc/self/status", "utf8");
    return Math.round(Number(/^VmHWM:\s*(\d+) kB/m.exec(status)![1]) / 1024);
  } catch {
    return Math.round(process.resourceUsage().maxRSS / 1024);
  }
}
