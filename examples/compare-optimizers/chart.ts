import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";

/** A line of a chart: the loss after each epoch, the middle one of several seeds, with the middle half of them. */
export interface Curve {
  readonly name: string;
  readonly losses: readonly Spread[];
}

/** Quartiles. */
export interface Spread {
  readonly low: number;
  readonly middle: number;
  readonly high: number;
}

/** Losses below it are drawn as if they were it: what is left is rounding. */
const floor = 1e-8;

/** A chart of losses over epochs, as a piece of HTML. */
export function drawCurves(title: string, label: string, curves: readonly Curve[]): string {
  const { document } = parseHTML("<!doctype html><html><body></body></html>");
  const points = curves.flatMap(({ name, losses }) =>
    losses.map(({ low, middle, high }, epoch) => ({
      name,
      epoch: epoch + 1,
      low: Math.max(low, floor),
      middle: Math.max(middle, floor),
      high: Math.max(high, floor),
    })),
  );
  const figure = Plot.plot({
    document: document as unknown as Document,
    width: 560,
    height: 320,
    marginLeft: 56,
    color: { domain: curves.map(({ name }) => name), scheme: "observable10", legend: true },
    x: { label: "epoch" },
    y: { label, type: "log", grid: true, tickFormat: "~g" },
    title,
    marks: [
      Plot.areaY(points, { x: "epoch", y1: "low", y2: "high", fill: "name", fillOpacity: 0.15 }),
      Plot.lineY(points, { x: "epoch", y: "middle", stroke: "name" }),
    ],
  });
  return figure.outerHTML;
}
