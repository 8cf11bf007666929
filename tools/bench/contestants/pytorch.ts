import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import type { Contestant } from "./contestant.ts";

const missing = {
  missing: "not installed (Debian: python3-torch, python3-numpy, libopenblas0)",
};
const program = path.join(import.meta.dirname, "../peers/pytorch.py");

/**
 * PyTorch from Debian's packages, with one thread and with all cores; small work is quicker on one. OpenBLAS is told
 * its core: Debian's does not know newer ones and takes kernels for SSE3 then.
 */
export function pytorch(threads: number | undefined): Contestant {
  const python = pythonWhere("True");
  const counts = threads === undefined ? [1, os.availableParallelism()] : [threads];
  const core = openBlasCore();
  return {
    name: "pytorch",
    isOurs: false,
    isOnGpu: false,
    tellsLosses: true,
    variants: python
      ? [...new Set(counts)].map((threads) => ({
          command: python,
          args: [program],
          settings: { threads },
          env: {
            OPENBLAS_NUM_THREADS: String(threads),
            OMP_NUM_THREADS: String(threads),
            ...(core && { OPENBLAS_CORETYPE: core }),
          },
        }))
      : missing,
  };
}

/** PyTorch on an NVIDIA GPU, where there is one; otherwise its process says what there is not. */
export function torchCuda(): Contestant {
  const python = pythonWhere("torch.cuda.is_available()") ?? pythonWhere("True");
  return {
    name: "torch-cuda",
    isOurs: false,
    isOnGpu: true,
    tellsLosses: true,
    variants: python
      ? [{ command: python, args: [program], settings: { device: "cuda" } }]
      : missing,
  };
}

/** The first Python that has PyTorch and for which the condition holds. */
function pythonWhere(condition: string): string | undefined {
  const test = `import sys, numpy, torch; sys.exit(not (${condition}))`;
  return ["/usr/bin/python3", "python3"].find((python) => {
    try {
      execFileSync(python, ["-c", test], { stdio: "ignore" });
      return true;
    } catch {
      return false;
    }
  });
}

/** OpenBLAS's name for this processor's kernels, where we know it. */
function openBlasCore(): string | undefined {
  if (!existsSync("/proc/cpuinfo")) return undefined;
  const info = readFileSync("/proc/cpuinfo", "utf8");
  const flags = new Set(/^flags\s*:(.*)$/m.exec(info)?.[1]?.trim().split(" "));
  if (["avx512f", "avx512bw", "avx512dq", "avx512vl"].every((flag) => flags.has(flag)))
    return "SKYLAKEX";
  if (!flags.has("avx2") || !flags.has("fma")) return undefined;
  return info.includes("AuthenticAMD") ? "ZEN" : "HASWELL";
}
