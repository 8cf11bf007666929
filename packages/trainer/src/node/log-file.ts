import {
  closeSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import path from "node:path";

/** A file that grows by whole pieces. */
export interface LogFile {
  append(piece: string | Uint8Array): void;
  close(): void;
}

/**
 * Opens a file to append to, and makes its folder where there is none. `keep` is shown what is there, and says how many
 * bytes of it stay; without it, nothing does. Everything is written at once: rows stand in the order in which they were
 * told of, whether or not anybody waits for them, and those that came before a checkpoint are there when the process is
 * killed after it.
 */
export function openLog(file: string, keep?: (bytes: Buffer) => number): LogFile {
  mkdirSync(path.dirname(file), { recursive: true });
  const handle = openSync(file, "a+");
  try {
    ftruncateSync(handle, keep?.(readFileSync(handle)) ?? 0);
  } catch (error) {
    closeSync(handle);
    throw error;
  }
  return {
    append(piece) {
      const bytes = typeof piece === "string" ? Buffer.from(piece) : piece;
      let written = 0;
      while (written < bytes.length) written += writeSync(handle, bytes, written);
    },
    close: () => closeSync(handle),
  };
}

/** Replaces a file by one with this text, or leaves it as it is. */
export function rewrite(file: string, text: string): void {
  const temporary = `${file}.tmp`;
  const handle = openSync(temporary, "w");
  try {
    writeFileSync(handle, text);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(temporary, file);
}
