import { ModuleBuilder } from "../assembler/index.ts";
import { canShare, maySleep, nodeProcess } from "./platform.ts";

/** What the engine can do that programs make use of. */
export interface Features {
  /** Vectors of 128 bits. Without them there is no backend. */
  readonly simd: boolean;
  /** Multiplication and addition in one, as `numerics: "relaxed"` uses it. */
  readonly relaxedSimd: boolean;
  /** Whether memory can be shared with workers. */
  readonly sharedMemory: boolean;
  /** In a page: whether it is cross-origin isolated, without which it can share nothing. */
  readonly crossOriginIsolated: boolean | undefined;
  /** Whether this thread may sleep while it waits for others; the main thread of a page spins. */
  readonly sleep: boolean;
  /** Whether V8 can join pairs of vectors to vectors of 256 bits, as `numerics: "turbo"` asks it to. */
  readonly revectorize: boolean;
}

export function features(): Features {
  const node = nodeProcess();
  const sharedMemory = canShare();
  const [major = "0"] = node?.versions?.node?.split(".") ?? [];
  const { crossOriginIsolated } = globalThis as { crossOriginIsolated?: boolean };
  return {
    simd: validates((module) =>
      module.function("simd", [], [], (code) => void code.splat("f32x4", 1).op("drop")),
    ),
    relaxedSimd: validates((module) =>
      module.function("relaxed", [], [], (code) => {
        for (let i = 0; i < 3; i++) code.splat("f32x4", 1);
        code.op("f32x4.relaxed_madd").op("drop");
      }),
    ),
    sharedMemory,
    crossOriginIsolated: node ? undefined : crossOriginIsolated,
    sleep: sharedMemory && maySleep(),
    // The flag is there in older versions, but the compiler that uses it is not.
    revectorize: node?.arch === "x64" && node.getBuiltinModule !== undefined && Number(major) >= 24,
  };
}

function validates(build: (module: ModuleBuilder) => void): boolean {
  if (typeof WebAssembly !== "object") return false;
  const module = new ModuleBuilder({ shared: false, maximum: 1 });
  build(module);
  return WebAssembly.validate(module.finish());
}
