import { open } from "node:fs/promises";

const blockSize = 1 << 20;

/** How a text is encoded that is not in UTF-8: by its mark, or as most programs of Windows write it; undefined if it is. */
export async function encodingOf(
  file: string,
): Promise<"utf-16le" | "utf-16be" | "windows-1252" | undefined> {
  const handle = await open(file);
  try {
    const decoder = new TextDecoder("utf-8", { fatal: true });
    const block = new Uint8Array(blockSize);
    for (let position = 0; ;) {
      const { bytesRead } = await handle.read(block, 0, blockSize, position);
      if (position === 0 && block[0] === 0xff && block[1] === 0xfe) return "utf-16le";
      if (position === 0 && block[0] === 0xfe && block[1] === 0xff) return "utf-16be";
      if (!isText(decoder, block.subarray(0, bytesRead))) return "windows-1252";
      if (bytesRead === 0) return undefined;
      position += bytesRead;
    }
  } finally {
    await handle.close();
  }
}

/** Whether a text goes on with these bytes, or ends, where there are none. */
function isText(decoder: TextDecoder, bytes: Uint8Array): boolean {
  try {
    decoder.decode(bytes, { stream: bytes.length > 0 });
    return true;
  } catch {
    return false;
  }
}
