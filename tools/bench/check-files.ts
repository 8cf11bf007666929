import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { SyntheticData } from "./data.ts";
import type { Workload } from "./workload.ts";

/** The first value of a parameter. */
interface StartValue {
  readonly path: string;
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** Where a training begins, for systems to compare: parameters and batches. */
export interface Start {
  readonly data: SyntheticData;
  readonly parameters: readonly StartValue[];
}

/**
 * Writes a start as files that any language reads: `inputs.bin` and `targets.bin`, and `parameters.json`, which lists
 * paths, shapes and files of the parameters. Numbers are f32 (classes: i32) in row-major, little-endian order.
 */
export function writeStart(folder: string, { data, parameters }: Start): void {
  const write = (name: string, values: Float32Array | Int32Array): string => {
    writeFileSync(path.join(folder, name), new Uint8Array(values.buffer));
    return name;
  };
  write("inputs.bin", data.inputs);
  write("targets.bin", data.targets);
  const list = parameters.map(({ path, shape, data }, i) => {
    return { path, shape, file: write(`parameter-${i}.bin`, data) };
  });
  writeFileSync(path.join(folder, "parameters.json"), JSON.stringify(list));
}

/** Reads what `writeStart` wrote. */
export function readStart(folder: string, { classes }: Workload): Start {
  const read = (name: string): ArrayBuffer => {
    const bytes = readFileSync(path.join(folder, name));
    return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  };
  const list = JSON.parse(readFileSync(path.join(folder, "parameters.json"), "utf8")) as {
    path: string;
    shape: number[];
    file: string;
  }[];
  const targets = read("targets.bin");
  return {
    data: {
      inputs: new Float32Array(read("inputs.bin")),
      targets: classes ? new Int32Array(targets) : new Float32Array(targets),
    },
    parameters: list.map(({ path, shape, file }) => {
      return { path, shape, data: new Float32Array(read(file)) };
    }),
  };
}
