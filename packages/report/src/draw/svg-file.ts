import type { Chart } from "../chart.ts";
import { check } from "@nn/core";
import { checkKnown, checkText, isObject, show } from "../check.ts";
import { escapeText } from "./serialize.ts";
import { fit, widthOf } from "./text.ts";

/** What a chart looks like where it stands alone. */
export interface SvgFileOptions {
  /** Any colour of CSS, or `none`; white by default. */
  readonly background?: string;
  /** The colour of text and lines; black by default. */
  readonly foreground?: string;
}

/**
 * A chart as an SVG file that stands alone, with its title, caption and background.
 *
 * ```ts
 * const file = svgFile(curves([result], { figure: "loss" })); // <svg xmlns="http://www.w3.org/2000/svg" …
 * ```
 */
export function svgFile(chart: Chart, options: SvgFileOptions = {}): string {
  return svgFileOf(chart, options).svg;
}

/** The same, with its size. */
export function svgFileOf(
  chart: Chart,
  options: SvgFileOptions,
): { readonly svg: string; readonly width: number; readonly height: number } {
  checkKnown("svgFile", options, ["background", "foreground"]);
  const { background = "white", foreground = "black" } = options;
  checkText("svgFile: background", background);
  checkText("svgFile: foreground", foreground);
  check(
    isObject(chart) && typeof chart.svg === "string" && chart.svg.startsWith("<svg "),
    () => `svgFile: expected what a chart such as curves() returns, got ${show(chart)}`,
  );
  const { width } = chart;
  const lines = wrapped(chart.caption, width - 16);
  const titles = wrapped(chart.title, (width - 16) * 0.7);
  const top = 10 + titles.length * 20;
  const bottom = lines.length > 0 ? lines.length * 16 + 10 : 0;
  const height = top + chart.height + bottom;
  const caption = lines.map(
    (line, i) =>
      `<text x="8" y="${top + chart.height + 12 + i * 16}" fill-opacity="0.75">${escapeText(line)}</text>`,
  );
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" ` +
    `color="${escapeText(foreground)}" fill="currentColor" font-family="system-ui, sans-serif" font-size="12">` +
    `<title>${escapeText(chart.title)}</title>` +
    `<rect width="100%" height="100%" fill="${escapeText(background)}"/>` +
    titles
      .map(
        (line, i) =>
          `<text x="8" y="${20 + i * 20}" font-size="15" font-weight="600">${escapeText(line)}</text>`,
      )
      .join("") +
    `<g transform="translate(0,${top})">${chart.svg}</g>${caption.join("")}</svg>`;
  return { svg, width, height };
}

/** Text in lines that are as wide as given at most; words that are wider lose their middle. */
function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/).filter((word) => word !== "")) {
    const line = `${lines.at(-1) ?? ""} ${word}`;
    if (lines.length > 0 && widthOf(line) * 0.9 <= width) lines[lines.length - 1] = line;
    else lines.push(fit(word, width / 0.9));
  }
  return lines;
}
