import { parseArgs } from "node:util";
import { smallestSize } from "./products/tile.ts";

/** What the command line asks for. */
export interface Arguments {
  readonly workloads: readonly string[];
  readonly backends: readonly string[];
  /** Whether to measure other systems beside ours. */
  readonly peers: boolean;
  /** Whether to compare losses with PyTorch and measure nothing. */
  readonly check: boolean;
  readonly format: "text" | "json" | "markdown";
  readonly rounds: number;
  readonly threads: number | undefined;
  readonly quick: boolean;
  readonly build: boolean;
  /** How large the workloads for a GPU are: rows and columns of matrices. */
  readonly size: number;
  /** The most that the GPU can do, in TFLOP/s, where the user knows it. */
  readonly peakTflops: number | undefined;
}

/** What there is to choose from. */
export interface Choices {
  readonly workloads: readonly string[];
  /** Those that need a GPU, and are only meant when they are named. */
  readonly gpuWorkloads: readonly string[];
  readonly backends: readonly string[];
  /** Those meant when none is named. */
  readonly usualBackends: readonly string[];
}

/** The command line, checked. Nothing named means all that is usual; backends may be separated by commas. */
export function parseArguments(args: readonly string[], choices: Choices): Arguments {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      backend: { type: "string", multiple: true, default: [] },
      peers: { type: "boolean", default: false },
      check: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      markdown: { type: "boolean", default: false },
      quick: { type: "boolean", default: false },
      rounds: { type: "string" },
      threads: { type: "string" },
      size: { type: "string" },
      "peak-tflops": { type: "string" },
      "skip-build": { type: "boolean", default: false },
    },
  });
  if (values.json && values.markdown)
    throw new Error("bench: --json and --markdown exclude each other");
  const names = values.backend.flatMap((names) => names.split(","));
  const { workloads: usual, gpuWorkloads, usualBackends } = choices;
  const workloads = chosen("workload", positionals, [...usual, ...gpuWorkloads], usual);
  const backends = chosen("backend", names, choices.backends, usualBackends);
  const homeless = gpuWorkloads.find((name) => workloads.includes(name));
  if (homeless !== undefined && !backends.includes("webgpu"))
    throw new Error(`bench: ${homeless} is for a GPU; add --backend webgpu`);
  return {
    workloads,
    backends,
    peers: values.peers,
    check: values.check,
    format: values.json ? "json" : values.markdown ? "markdown" : "text",
    rounds: count("--rounds", values.rounds) ?? (values.quick ? 1 : 5),
    threads: count("--threads", values.threads),
    quick: values.quick,
    build: !values["skip-build"],
    size: count("--size", values.size, smallestSize) ?? (values.quick ? 256 : 4096),
    peakTflops: positive("--peak-tflops", values["peak-tflops"]),
  };
}

function chosen(
  what: string,
  names: readonly string[],
  all: readonly string[],
  usual: readonly string[],
): readonly string[] {
  const unknown = names.find((name) => !all.includes(name));
  if (unknown !== undefined)
    throw new Error(`bench: there is no ${what} '${unknown}', only ${all.join(", ")}`);
  return names.length === 0 ? usual : all.filter((name) => names.includes(name));
}

/** A multiple of `unit`. */
function count(option: string, text: string | undefined, unit = 1): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= unit && value % unit === 0) return value;
  const wanted = unit === 1 ? "a whole number from 1" : `a multiple of ${unit}`;
  throw new Error(`bench: ${option} must be ${wanted}, got ${text}`);
}

function positive(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new Error(`bench: ${option} must be a number above 0, got ${text}`);
}
