import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import type { DataRecord } from "../record.ts";

/** The hash of a file, which is read in parts. */
export async function dataRecord(name: string, file: string): Promise<DataRecord> {
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const part of createReadStream(file) as AsyncIterable<Uint8Array>) {
    hash.update(part);
    bytes += part.length;
  }
  return { file: name, sha256: hash.digest("hex"), bytes };
}
