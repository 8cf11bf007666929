import { check, TensorError } from "@nn/core";
import { readFile } from "node:fs/promises";
import path from "node:path";

/** Where systems keep fonts, and those of them that hold the letters of most languages and arrows. */
const folders = [
  "/usr/share/fonts/truetype/dejavu",
  "/usr/share/fonts/TTF",
  "/usr/share/fonts/dejavu",
  "/usr/share/fonts/dejavu-sans-fonts",
  "/usr/share/fonts/truetype/liberation",
  "/usr/share/fonts/liberation-sans",
  "/usr/share/fonts/truetype/noto",
  "/usr/share/fonts/noto",
  "/System/Library/Fonts/Supplemental",
  "/Library/Fonts",
];
const files = ["DejaVuSans.ttf", "LiberationSans-Regular.ttf", "NotoSans-Regular.ttf", "Arial.ttf"];

/** The bytes of a font: the one that is given, or one of the system's. */
export async function readFont(given: string | Uint8Array | undefined): Promise<Uint8Array> {
  if (ArrayBuffer.isView(given)) return checked(given);
  if (given !== undefined) {
    check(
      typeof given === "string",
      () => `writePng: font must be the path or the bytes of a font file, got ${String(given)}`,
    );
    const bytes = await readFile(given).catch((cause: Error) => {
      throw new TensorError(`writePng: cannot read the font '${given}': ${cause.message}`, {
        cause,
      });
    });
    return checked(bytes);
  }
  const windows = process.env["SystemRoot"];
  const places = [
    ...(windows ? [path.join(windows, "Fonts", "arial.ttf")] : []),
    ...folders.flatMap((folder) => files.map((file) => path.join(folder, file))),
  ];
  for (const place of places) {
    const found = await readFile(place).catch(() => undefined);
    if (found) return found;
  }
  throw new TensorError(
    "writePng: found no font to write labels with; pass one, as in { font: 'DejaVuSans.ttf' }",
  );
}

/** Refuses what is no font: text would be left out in silence. */
function checked(bytes: Uint8Array): Uint8Array {
  const start = String.fromCharCode(...bytes.subarray(0, 4));
  check(
    ["\0\x01\0\0", "true", "OTTO", "ttcf"].includes(start),
    () => "writePng: font must be a TrueType or OpenType font, and this file is none",
  );
  return bytes;
}
