import { check, TensorError } from "@nn/core";
import type { Resvg as Renderer } from "@resvg/resvg-wasm";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { Chart } from "../chart.ts";
import { checkKnown, checkText, show } from "../check.ts";
import { svgFileOf, type SvgFileOptions } from "../draw/svg-file.ts";
import { readFont } from "./fonts.ts";
import { writeWhole } from "./whole-file.ts";

/** How to draw a PNG. */
export interface PngOptions extends SvgFileOptions {
  /** Pixels of the file for each of the chart; 2 by default. */
  readonly scale?: number;
  /** A font file or its bytes, such as `DejaVuSans.ttf`; by default, one of those that systems come with. */
  readonly font?: string | Uint8Array;
}

/** The most pixels of a side. */
const largest = 16_384;

/**
 * Writes a chart as a PNG file: whole or not at all. It is drawn by `@resvg/resvg-wasm`, which is not among the packages
 * that this one needs: install it where you want PNGs.
 *
 * ```ts
 * await writePng("loss.png", curves([result], { figure: "loss" }), { scale: 3 });
 * ```
 */
export async function writePng(
  file: string,
  chart: Chart,
  options: PngOptions = {},
): Promise<void> {
  checkText("writePng: file", file);
  checkKnown("writePng", options, ["scale", "font", "background", "foreground"]);
  const { scale = 2, font, ...colours } = options;
  const { svg, width, height } = svgFileOf(chart, colours);
  check(
    typeof scale === "number" && scale > 0 && Math.max(width, height) * scale <= largest,
    () =>
      `writePng: scale must be a number above 0 that keeps both sides within ${largest} pixels, got ${show(scale)}`,
  );
  const [{ Resvg }, fontBytes] = [await openResvg(), await readFont(font)];
  await writeWhole(file, drawPng(Resvg, svg, scale, fontBytes));
}

/** All at once: another call that is loading the renderer at the same time may put a new one in its place. */
function drawPng(Resvg: typeof Renderer, svg: string, scale: number, font: Uint8Array): Uint8Array {
  try {
    const drawing = new Resvg(svg, {
      fitTo: { mode: "zoom", value: scale },
      font: { fontBuffers: [font] },
    });
    const image = drawing.render();
    const bytes = image.asPng();
    image.free();
    drawing.free();
    return bytes;
  } catch (cause) {
    throw new TensorError(`writePng: cannot draw the chart: ${String(cause)}`, { cause });
  }
}

/** The renderer, ready to draw. */
async function openResvg(): Promise<{ readonly Resvg: typeof Renderer }> {
  const name = "@resvg/resvg-wasm";
  try {
    const resvg = await import("@resvg/resvg-wasm");
    const wasm = createRequire(import.meta.url).resolve(`${name}/index_bg.wasm`);
    await resvg.initWasm(await readFile(wasm)).catch((error: Error) => {
      // Somebody else in this process, or an earlier chart, has done it: it works once.
      if (!error.message.includes("Already initialized")) throw error;
    });
    return resvg;
  } catch (cause) {
    throw new TensorError(
      `writePng: cannot load ${name}, which draws PNGs; install it with: npm install ${name}`,
      { cause },
    );
  }
}
