import { check } from "@nn/core";
import { mostAxes, mostTensors } from "./limits.ts";
import { scan, type Scanner } from "./scanner.ts";

/** What a header says of a tensor. Its bytes are counted from the end of the header. */
export interface Entry {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/** What a header says. */
export interface Header {
  readonly entries: readonly Entry[];
  readonly metadata: ReadonlyMap<string, string>;
}

/** The key of what belongs to no tensor. */
export const metadataKey = "__metadata__";

/** Reads a header; what its numbers mean for the file is for others to check. */
export function parseHeader(text: string): Header {
  const scanner = scan(text);
  const entries: Entry[] = [];
  let metadata = new Map<string, string>();
  readObject(scanner, (name) => {
    if (name === metadataKey) {
      metadata = readMetadata(scanner);
      return;
    }
    check(
      entries.length < mostTensors,
      () => `safetensors: expected at most ${mostTensors} tensors, got more`,
    );
    entries.push(readEntry(scanner, name));
  });
  scanner.end();
  return { entries, metadata };
}

/** Refuses a name that would become the prototype of objects. */
export function checkName(name: string): void {
  check(
    name !== "__proto__",
    () => "safetensors: '__proto__' is no name for a tensor or value; expected another one",
  );
}

function readMetadata(scanner: Scanner): Map<string, string> {
  const metadata = new Map<string, string>();
  readObject(scanner, (key) => metadata.set(key, scanner.string()));
  return metadata;
}

function readEntry(scanner: Scanner, name: string): Entry {
  let dtype: string | undefined;
  let shape: number[] | undefined;
  let offsets: number[] | undefined;
  readObject(scanner, (key) => {
    if (key === "dtype") dtype = scanner.string();
    else if (key === "shape") shape = readCounts(scanner, mostAxes);
    else if (key === "data_offsets") offsets = readCounts(scanner, 2);
    else scanner.fail(`no more of tensor '${name}' than dtype, shape and data_offsets`);
  });
  check(
    dtype !== undefined && shape && offsets?.length === 2,
    () => `safetensors: tensor '${name}' needs a dtype, a shape and two data_offsets`,
  );
  return { name, dtype, shape, begin: offsets[0]!, end: offsets[1]! };
}

function readCounts(scanner: Scanner, most: number): number[] {
  const counts: number[] = [];
  scanner.list("[", "]", () => {
    if (counts.length === most) scanner.fail(`at most ${most} numbers`);
    counts.push(scanner.count());
  });
  return counts;
}

/** Reads an object whose keys occur once each; `value` reads what a key stands for. */
function readObject(scanner: Scanner, value: (key: string) => void): void {
  const keys = new Set<string>();
  scanner.list("{", "}", () => {
    const key = scanner.string();
    checkName(key);
    check(!keys.has(key), () => `safetensors: the header has the key '${key}' twice`);
    keys.add(key);
    scanner.expect(":");
    value(key);
  });
}
