import { escapeText } from "./serialize.ts";
import { fit, showNumber, widthOf } from "./text.ts";

/** What colours mean: names of series, or a range of values. */
export type Legend =
  | { readonly kind: "series"; readonly series: readonly SeriesKey[] }
  | {
      readonly kind: "ramp";
      readonly label: string;
      readonly colours: readonly string[];
      readonly low: number;
      readonly high: number;
      /** Whether there are values beyond both ends, in the colours of the ends. */
      readonly isOpen: boolean;
    };

/** A series in a legend. */
export interface SeriesKey {
  readonly name: string;
  readonly colour: string;
  readonly dashes?: string | undefined;
}

const line = 18;
const swatch = 16;

/** A legend as SVG, from `top` on, for as much width as there is; and the height that it takes. */
export function drawLegend(
  legend: Legend,
  left: number,
  width: number,
): { readonly svg: string; readonly height: number } {
  if (legend.kind === "ramp") return drawRamp(legend, left, width);
  const parts: string[] = [];
  let x = left;
  let y = line / 2;
  for (const { name, colour, dashes } of legend.series) {
    const label = fit(name, Math.min(280, width - swatch - 6));
    const size = swatch + 6 + widthOf(label) + 14;
    if (x > left && x + size > left + width) {
      x = left;
      y += line;
    }
    parts.push(
      `<path d="M${x} ${y}h${swatch}" stroke="${colour}" stroke-width="3"${dashes ? ` stroke-dasharray="${dashes}"` : ""}/>`,
      `<text x="${x + swatch + 6}" y="${y}" dy="0.35em">${escapeText(label)}</text>`,
    );
    x += size;
  }
  return { svg: wrap(parts), height: y + line / 2 };
}

function drawRamp(
  { label, colours, low, high, isOpen }: Extract<Legend, { kind: "ramp" }>,
  left: number,
  width: number,
): { readonly svg: string; readonly height: number } {
  const [least, most] = isOpen
    ? [`≤ ${showNumber(low)}`, `≥ ${showNumber(high)}`]
    : [showNumber(low), showNumber(high)];
  const step = Math.max(4, Math.round(120 / colours.length));
  const room = width - colours.length * step - widthOf(least) - widthOf(most) - 28;
  // A label that is too long for one line with the colours has a line of its own.
  const top = widthOf(label) > room ? line : 0;
  const name = fit(label, width);
  const first = top > 0 ? left : left + widthOf(name) + 12;
  const start = first + widthOf(least) + 8;
  const bars = colours.map(
    (colour, i) =>
      `<rect x="${start + i * step}" y="${top + 3}" width="${step}" height="12" fill="${colour}"/>`,
  );
  const texts: [number, number, string][] = [
    [left, 0, name],
    [first, top, least],
    [start + colours.length * step + 8, top, most],
  ];
  return {
    svg: wrap([
      ...bars,
      ...texts.map(
        ([x, y, text]) => `<text x="${x}" y="${y + 9}" dy="0.35em">${escapeText(text)}</text>`,
      ),
    ]),
    height: top + line,
  };
}

function wrap(parts: readonly string[]): string {
  return `<g aria-label="legend" text-anchor="start">${parts.join("")}</g>`;
}
