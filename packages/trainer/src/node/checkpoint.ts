import { check, type Callback, type ModelFormat, type RunInfo } from "@nn/core";
import { stat } from "node:fs/promises";
import path from "node:path";
import { checkCount, checkFlag, checkFree, checkKnown, checkNumber } from "../check-options.ts";
import { checkFile, checkFormat } from "./file-options.ts";
import { refuseFolder, writeWhole } from "./whole-file.ts";

/** Where checkpoints are written, and when. */
export interface CheckpointOptions {
  readonly file: string;
  /** How, such as `safetensors()`. */
  readonly format: ModelFormat;
  /** Seconds between two checkpoints; 60 by default where there is no `everyEpochs`. */
  readonly everySeconds?: number;
  /** Epochs between two checkpoints. */
  readonly everyEpochs?: number;
  /** Whether the checkpoint before stays, as `file.previous`; true by default. */
  readonly keepPrevious?: boolean;
}

/**
 * Writes now and then, and at the end, everything that a run needs to go on. Files are written whole or not at all, so
 * that the process may be killed at any time. After an error, the last checkpoint before it stays. List it behind
 * callbacks of your own that end training, so that it knows of it.
 *
 * ```ts
 * const [file, format] = ["run.safetensors", safetensors()];
 * const resume = await readCheckpoint(file, { format });
 * await fit({ ...options, callbacks: [checkpoint({ file, format })], resume });
 * ```
 */
export function checkpoint(options: CheckpointOptions): Callback {
  checkKnown("checkpoint", options, [
    "file",
    "format",
    "everySeconds",
    "everyEpochs",
    "keepPrevious",
  ]);
  const { file, format, everyEpochs, keepPrevious: keepsPrevious = true } = options;
  const { everySeconds = everyEpochs === undefined ? 60 : Infinity } = options;
  checkFile("checkpoint", file);
  checkFormat("checkpoint", format);
  if (everySeconds !== Infinity) checkNumber("checkpoint: everySeconds", everySeconds);
  if (everyEpochs !== undefined) checkCount("checkpoint: everyEpochs", everyEpochs);
  checkFlag("checkpoint: keepPrevious", keepsPrevious);
  let run: RunInfo | undefined;
  let written = 0;
  const write = async (): Promise<void> => {
    const bytes = format.write(await run!.snapshot());
    await writeWhole(file, bytes, { keepsPrevious });
    written = performance.now();
  };
  return {
    async start(info) {
      const folder = path.dirname(path.resolve(file));
      const found = await stat(folder).catch(() => undefined);
      check(
        found?.isDirectory(),
        () => `checkpoint: there is no folder '${folder}'; make it before`,
      );
      await refuseFolder(file);
      checkFree("checkpoint", run);
      run = info;
      written = performance.now();
    },
    async progress() {
      if (performance.now() - written >= everySeconds * 1000) await write();
    },
    ...(everyEpochs !== undefined && {
      async epoch({ epoch }) {
        if (epoch % everyEpochs === 0) await write();
      },
    }),
    async end(ended) {
      try {
        if (ended !== "error") await write();
      } finally {
        run = undefined;
      }
    },
  };
}
