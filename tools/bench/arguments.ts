import { parseArgs } from "node:util";

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
}

/** What there is to choose from. */
export interface Choices {
  readonly workloads: readonly string[];
  readonly backends: readonly string[];
  /** Those meant when none is named; by default all. */
  readonly usualBackends?: readonly string[];
}

/** The command line, checked. Nothing named means all there is, or the usual backends; backends may be separated by commas. */
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
      "skip-build": { type: "boolean", default: false },
    },
  });
  if (values.json && values.markdown)
    throw new Error("bench: --json and --markdown exclude each other");
  const backends = values.backend.flatMap((names) => names.split(","));
  return {
    workloads: chosen("workload", positionals, choices.workloads),
    backends:
      backends.length === 0 && choices.usualBackends
        ? choices.usualBackends
        : chosen("backend", backends, choices.backends),
    peers: values.peers,
    check: values.check,
    format: values.json ? "json" : values.markdown ? "markdown" : "text",
    rounds: count("--rounds", values.rounds) ?? (values.quick ? 1 : 5),
    threads: count("--threads", values.threads),
    quick: values.quick,
    build: !values["skip-build"],
  };
}

function chosen(what: string, names: readonly string[], all: readonly string[]): readonly string[] {
  const unknown = names.find((name) => !all.includes(name));
  if (unknown !== undefined)
    throw new Error(`bench: there is no ${what} '${unknown}', only ${all.join(", ")}`);
  return names.length === 0 ? all : all.filter((name) => names.includes(name));
}

function count(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new Error(`bench: ${option} must be a whole number from 1, got ${text}`);
  return value;
}
