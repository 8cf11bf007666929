import { axisX, axisY, frame, gridX, gridY, type Markish, plot, text } from "@observablehq/plot";
import type { Chart, ChartOptions } from "../chart.ts";
import { drawingDocument } from "#document";
import { drawLegend, type Legend } from "./legend.ts";
import type { Scale } from "./scale.ts";
import { escapeText, serialize } from "./serialize.ts";
import { fit, widthOf } from "./text.ts";

/** An axis of names, each of which has a band. */
interface Bands {
  readonly type: "band";
  /** May hold a name twice. */
  readonly names: readonly string[];
  /** The part of a band to leave free; 0.3 by default. */
  readonly padding?: number;
}

/** An axis. Bands are named in any case, numbers where the axis has a label. */
export interface AxisOf {
  readonly label?: string;
  readonly scale: Scale | Bands;
}

/** A chart before it is drawn. */
export interface Drawing {
  readonly title: string;
  /** Sentences; empty ones are left out. */
  readonly caption: readonly string[];
  readonly x: AxisOf;
  readonly y: AxisOf;
  readonly legend?: Legend | undefined;
  /** Bands are told apart by their number, from 0. */
  readonly marks: readonly Markish[];
  /** Whether there is nothing to show, which is then said in the middle. */
  readonly isEmpty?: boolean;
  /** The height by default, of all but the legend. */
  readonly height?: number;
  /** Pixels to leave free on the right, for labels. */
  readonly right?: number;
}

/** Pixels of a name beside an axis. */
const longest = 168;

/** Draws a chart with Observable Plot. */
export function draw(drawing: Drawing, options: ChartOptions): Chart {
  const { x, y, isEmpty = false } = drawing;
  const { width = 440 } = options;
  const title = options.title ?? drawing.title;
  const caption = drawing.caption.filter((sentence) => sentence !== "").join(" ");
  const legend = drawing.legend
    ? drawLegend(drawing.legend, 8, width - 16)
    : { svg: "", height: 0 };
  const left = Math.min(labelWidth(y.scale) + 18, width / 2);
  const right = Math.max(drawing.right ?? 16, overhang(x, width - left));
  const top = legend.height + (y.label ? 24 : 10);
  const bottom = x.label ? 42 : 10;
  const asked = options.height ?? (drawing.height ?? 280) + legend.height;
  const height = Math.max(asked, top + bottom + 20);
  const area = width - left - right;
  const [xTicks, yTicks] = [tickOptions(x, area), tickOptions(y, Infinity)];
  const picture = plot({
    document: drawingDocument(),
    figure: false,
    width,
    height,
    marginLeft: left,
    marginRight: right,
    marginTop: top,
    marginBottom: bottom,
    x: scaleOptions(x.scale),
    y: scaleOptions(y.scale),
    color: { type: "identity" },
    marks: [
      ...(xTicks && x.scale.type !== "band" ? [gridX(xTicks)] : []),
      ...(yTicks && y.scale.type !== "band" ? [gridY(yTicks)] : []),
      frame({ strokeOpacity: 0.25 }),
      ...drawing.marks,
      ...(xTicks
        ? [
            axisX({
              ...xTicks,
              // Centred on the plot's area, which is not in the middle of the picture.
              label: fit(x.label ?? "", Math.min(area + 2 * left, area + 2 * right) - 8),
              labelArrow: "none",
              labelAnchor: "center",
              labelOffset: bottom - 6,
            }),
          ]
        : []),
      ...(yTicks
        ? [axisY({ ...yTicks, label: null, tickSize: y.scale.type === "band" ? 0 : 4 })]
        : []),
      ...(isEmpty ? [text(["nothing to show"], { frameAnchor: "middle", fillOpacity: 0.6 })] : []),
    ],
  });
  const yLabel = y.label
    ? `<text x="8" y="${legend.height + 14}" text-anchor="start">${escapeText(fit(y.label, width - 16))}</text>`
    : "";
  const label = escapeText([title, caption].filter((part) => part !== "").join(". "));
  const content = [...picture.childNodes].map(serialize).join("");
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" ` +
    `aria-label="${label}" fill="currentColor" font-family="system-ui, sans-serif" font-size="12" text-anchor="middle">` +
    `${legend.svg}${yLabel}${content}</svg>`;
  return { title, caption, svg, width, height };
}

function labelWidth(scale: Scale | Bands): number {
  return scale.type === "band"
    ? Math.max(0, ...scale.names.map((name) => widthOf(fit(name, longest))))
    : scale.labelWidth;
}

/** The pixels that the last number below an axis needs on its right. */
function overhang({ label, scale }: AxisOf, width: number): number {
  if (label === undefined || scale.type === "band" || !scale.ticks) return 0;
  const last = scale.at(scale.ticks.at(-1)!);
  return Math.ceil(scale.labelWidth / 2 + 4 - (1 - last) * width);
}

function scaleOptions(scale: Scale | Bands): object {
  return scale.type === "band"
    ? {
        type: "band",
        domain: scale.names.map((_, i) => i),
        padding: scale.padding ?? 0.3,
        axis: null,
      }
    : { type: scale.type, domain: scale.domain, axis: null };
}

/** What is written beside an axis, where there is something to write. */
function tickOptions({ label, scale }: AxisOf, width: number): object | undefined {
  if (scale.type === "band") return { text: (i: number) => fit(scale.names[i] ?? "", longest) };
  if (label === undefined) return undefined;
  const { ticks, format } = scale;
  if (!ticks || !format) return {};
  // Labels that do not fit beside each other are thinned out.
  const step = Math.ceil((ticks.length * (scale.labelWidth + 10)) / width);
  return { ticks: ticks.filter((_, i) => step < 2 || i % step === 0), text: format };
}
