import { check } from "@nn/core";
import { checkCount, mostAxes } from "./limits.ts";
import { checkName, metadataKey, show } from "./names.ts";
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
    entries.push(readEntry(scanner, name));
    checkCount(entries.length, "tensors");
  });
  scanner.end();
  return { entries, metadata };
}

function readMetadata(scanner: Scanner): Map<string, string> {
  const metadata = new Map<string, string>();
  readObject(scanner, (key) => {
    metadata.set(key, scanner.string());
    checkCount(metadata.size, "values of metadata");
  });
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
    else scanner.fail(`no more of tensor ${show(name)} than dtype, shape and data_offsets`);
  });
  check(
    dtype !== undefined && shape && offsets?.length === 2,
    () => `safetensors: tensor ${show(name)} needs a dtype, a shape and two data_offsets`,
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
    check(!keys.has(key), () => `safetensors: the header has the key ${show(key)} twice`);
    keys.add(key);
    scanner.expect(":");
    value(key);
  });
}
