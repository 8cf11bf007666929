import { isFloat, type Backend, type DType, type Program, type TypedArray } from "@nn/core";
import { messageOf } from "../check.ts";
import type { Case, CaseSetting } from "../generate/case.ts";
import { toTyped } from "../reference/value.ts";
import { vocabulary } from "../generate/vocabulary.ts";

/** How a backend comes to be tested. */
export interface BackendOptions {
  /** Basis primitives that it has no kernel for yet. What needs them is listed as not tested. */
  readonly missing?: readonly string[];
  /** Seconds that one check may take; default 120. */
  readonly timeout?: number;
}

/** The backend under test, made once for all checks. */
export interface Subject {
  readonly backend: () => Promise<Backend>;
  readonly missing: readonly string[];
}

/** Makes the backend when the first check asks for it. */
export function subject(
  make: () => Backend | Promise<Backend>,
  options: BackendOptions = {},
): Subject {
  let made: Promise<Backend> | undefined;
  return {
    backend: () => (made ??= Promise.resolve().then(make)),
    missing: options.missing ?? [],
  };
}

/** Which dtypes a backend should have, and does not. */
export function missingDTypes(backend: Backend): DType[] {
  const all: readonly DType[] = ["f32", "f64", "i32", "bool", "u8", "i8"];
  return all.filter((dtype) => !backend.dtypes.includes(dtype));
}

/** What generated cases for this backend may contain. */
export function settingFor(backend: Backend): CaseSetting {
  return {
    dtypes: backend.dtypes,
    nonFinite: backend.nonFinite ?? true,
    steps: vocabulary.filter((entry) => !entry.isHeavy),
  };
}

/** The first float dtype of a backend. */
export function floatOf(backend: Backend): DType {
  return backend.dtypes.find(isFloat)!;
}

/** Runs a case through the backend's own interface; buffers are released. */
export async function runCase(backend: Backend, { program, inputs }: Case): Promise<TypedArray[]> {
  const buffers = inputs.map((input) => backend.upload(toTyped(input), input));
  const outputs = backend.executable(program).run(buffers);
  const results = await Promise.all(
    outputs.map((buffer, i) => backend.read(buffer, outputType(program, i))),
  );
  for (const buffer of [...buffers, ...outputs]) backend.release?.(buffer);
  return results;
}

function outputType(program: Program, i: number): Program["types"][number] {
  return program.types[program.outputs[i]!]!;
}

/** The missing primitive that an error is about, if it is about one. */
export function missingIn(error: unknown, missing: readonly string[]): string | undefined {
  const words = messageOf(error).split(/[\s:;,'"]+/);
  return missing.find((name) => words.includes(name));
}
