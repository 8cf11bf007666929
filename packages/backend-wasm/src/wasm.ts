import { check, defineBackend, type Backend, type Program } from "@nn/core";
import { compileProgram } from "./compile/index.ts";
import type { Thresholds } from "./compile/steps.ts";
import { explain } from "./explain.ts";
import { doctor, remedies, type Diagnosis } from "./doctor.ts";
import { Profile, type ProfileEntry } from "./profile.ts";
import { features } from "./runtime/features.ts";
import { coreCount, nodeModule } from "./runtime/platform.ts";
import { Runtime } from "./runtime/runtime.ts";
import type { Value } from "./runtime/value.ts";

/** How a program may compute; see `WasmOptions`. */
export type Numerics = "strict" | "relaxed" | "turbo";

export interface WasmOptions {
  /**
   * `strict` gives the same bits on every engine and machine. `relaxed` fuses multiplications with additions, which is
   * faster and a little more exact, but differs between processors. `turbo` computes like `relaxed`, on vectors of 256
   * bits where V8 can make them; it sets a flag of V8 for the whole process. Default `strict`.
   */
  readonly numerics?: Numerics;
  /**
   * The most threads of a run, this one included, of which at most 64 are used; results do not depend on it. Default: one
   * for each core, at most 8.
   */
  readonly threads?: number;
  /** The most bytes of memory that programs and their values may take, at most 4 GiB. Default 2 GiB. */
  readonly maxMemory?: number;
  /** Measures how long each kernel takes; see `WasmBackend.profile`. Programs are slower, and run on one thread. */
  readonly profile?: boolean;
}

/** A backend that compiles programs to WebAssembly. */
export interface WasmBackend extends Backend {
  /** Starts the workers, and settles when they are up; they start with the first program that needs them otherwise. */
  readonly ready: Promise<void>;
  /** Where the time went, the longest first, since the beginning or the last `clear`; empty without the option. */
  readonly profile: { list(): ProfileEntry[]; clear(): void };
  /** What the engine can do, and what this backend makes of it. */
  doctor(): Diagnosis & Usage;
  /** What it makes of a program, as text: the kernels in the order in which they run, and what was fused into each. */
  explain(program: Program): string;
}

/** What a backend makes of the engine. */
export interface Usage {
  readonly numerics: Numerics;
  /** The most threads of a run, and the workers that are up. */
  readonly threads: number;
  readonly workers: number;
  /** Bytes: what is in use, what values take up of it, what memory has grown to, and what it can grow to. */
  readonly memory: {
    readonly used: number;
    readonly values: number;
    readonly reserved: number;
    readonly maximum: number;
  };
}

const mostDefaultThreads = 8;
const leastMemory = 2 ** 20;
const mostMemory = 2 ** 32;

/**
 * Compiles each program to a WebAssembly module of its own, with SIMD, and runs it on all cores where threads can share
 * memory.
 *
 * ```ts
 * const backend = wasm();
 * add(tensor(backend, [1, 2]), 1).readSync(); // Float32Array [2, 3]
 * ```
 */
export function wasm(options: WasmOptions = {}): WasmBackend {
  return wasmWith(options);
}

/** What tests set besides. */
export interface Internals {
  /** From when on threads are used. */
  readonly thresholds?: Thresholds;
  /** Called with the backend's runtime. */
  readonly inspect?: (runtime: Runtime) => void;
}

/** The same as `wasm`, with settings that only tests need. */
export function wasmWith(options: WasmOptions, internals: Internals = {}): WasmBackend {
  checkOptions(options);
  const {
    numerics = "strict",
    maxMemory = 2 ** 31,
    threads: wanted,
    profile: profiled = false,
  } = options;
  const found = features();
  const remedy = remedies(found);
  check(found.simd, () => `wasm: ${remedy.simd}`);
  const isRelaxed = numerics === "relaxed" || (numerics === "turbo" && found.relaxedSimd);
  check(
    !isRelaxed || found.relaxedSimd,
    () => `wasm: numerics "${numerics}" needs ${remedy.relaxedSimd}; or use "strict"`,
  );
  if (numerics === "turbo") {
    check(
      found.revectorize,
      () => `wasm: numerics "turbo" needs ${remedy.revectorize}; use "relaxed" or "strict" here`,
    );
    nodeModule("node:v8")!.setFlagsFromString("--experimental-wasm-revectorize");
  }
  const profile = new Profile();
  const threads =
    found.sharedMemory && !profiled ? (wanted ?? Math.min(coreCount(), mostDefaultThreads)) : 1;
  const runtime = new Runtime({ threads, maxMemory, profile: profiled ? profile : undefined });
  const { heap, crew } = runtime;
  internals.inspect?.(runtime);
  const compileOptions = {
    target: { relaxed: isRelaxed, wide: numerics === "turbo" },
    memory: heap.limits,
    threads: crew?.threads ?? 1,
    profiled,
    ...(internals.thresholds && { thresholds: internals.thresholds }),
  };
  const backend = defineBackend({
    kind: "@nn/backend-wasm#wasm",
    config: { ...options },
    contract: 1,
    dtypes: ["f32", "f64", "i32", "bool", "u8", "i8"],
    compile: (program) => runtime.load(compileProgram(program, compileOptions)),
    upload: (data) => runtime.upload(data),
    read: async (buffer) => runtime.read(buffer as Value),
    readSync: (buffer) => runtime.read(buffer as Value),
    release: (buffer) => runtime.release(buffer as Value),
    lost: runtime.lost,
    close: () => runtime.close(),
  });
  return {
    ...backend,
    profile,
    explain: (program) => explain(program, compileOptions),
    get ready() {
      return crew?.whenUp() ?? Promise.resolve();
    },
    doctor() {
      const diagnosis = doctor();
      return {
        ...diagnosis,
        notes: crew?.trouble ? [...diagnosis.notes, `threads: ${crew.trouble}`] : diagnosis.notes,
        numerics,
        threads: compileOptions.threads,
        workers: crew?.up ?? 0,
        memory: { ...heap.usage, maximum: heap.limits.maximum * 65536 },
      };
    },
  };
}

function checkOptions({ numerics, maxMemory, threads, profile, ...others }: WasmOptions): void {
  const got = (value: unknown): string =>
    `got ${typeof value === "string" ? JSON.stringify(value) : String(value)}`;
  check(
    numerics === undefined || ["strict", "relaxed", "turbo"].includes(numerics),
    () => `wasm: numerics is "strict", "relaxed" or "turbo", ${got(numerics)}`,
  );
  check(
    maxMemory === undefined ||
      (Number.isInteger(maxMemory) && maxMemory >= leastMemory && maxMemory <= mostMemory),
    () => `wasm: maxMemory is a whole number of bytes from 2 ** 20 to 2 ** 32, ${got(maxMemory)}`,
  );
  check(
    threads === undefined || (Number.isInteger(threads) && threads >= 1),
    () => `wasm: threads is a whole number from 1, ${got(threads)}`,
  );
  check(
    profile === undefined || typeof profile === "boolean",
    () => `wasm: profile is true or false, ${got(profile)}`,
  );
  for (const name in others)
    check(
      false,
      () => `wasm: there is no option '${name}'; there are numerics, maxMemory, threads, profile`,
    );
}
