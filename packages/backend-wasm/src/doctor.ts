import { features, type Features } from "./runtime/features.ts";

/** What the engine offers, and for what is missing: why, and the way out. */
export interface Diagnosis extends Features {
  readonly notes: readonly string[];
}

/**
 * Says what this engine can do, and why it does not do the rest.
 *
 * ```ts
 * console.log(doctor()); // { simd: true, relaxedSimd: false, …, notes: ["relaxed SIMD: …"] }
 * ```
 */
export function doctor(): Diagnosis {
  const found = features();
  const notes: string[] = [];
  for (const [name, note] of Object.entries(remedies(found)))
    if (!found[name as keyof Features]) notes.push(note);
  return { ...found, notes };
}

/** What to do about features that are missing. */
export function remedies({ crossOriginIsolated }: Features) {
  return {
    simd: "SIMD: this engine has none; take a browser of 2023 or later, or Node from 20.19",
    relaxedSimd:
      "relaxed SIMD: this engine has none; take Node from 22, or start Node with " +
      "--experimental-wasm-relaxed-simd",
    sharedMemory:
      crossOriginIsolated === false
        ? "threads: this page is not cross-origin isolated, so that programs run on one thread; serve it with " +
          "Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp"
        : "threads: this engine shares no memory between threads, so that programs run on one",
    revectorize: "vectors of 256 bits: V8 makes them in Node from 24 on x64 processors only",
  } satisfies Partial<Record<keyof Features, string>>;
}
