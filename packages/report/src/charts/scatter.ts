import type { Chart, ChartOptions } from "../chart.ts";
import { checkAxis, checkChart, checkKnown } from "../check.ts";
import { checkLengths, type Column, readNumbers } from "../data/columns.ts";
import { cloud } from "../draw/cloud.ts";
import { coloursFor } from "../draw/colours.ts";
import { draw } from "../draw/draw.ts";
import { scaleFor } from "../draw/scale-for.ts";

/** A named column. */
export interface Axis {
  readonly name: string;
  readonly values: Column;
}

/** What to draw over what. */
export interface ScatterOf {
  readonly x: Axis;
  readonly y: Axis;
  readonly colour?: Axis;
}

/**
 * Points of two columns of numbers or dates. More than 1,000 are drawn as cells: the stronger the colour, the more points
 * are in each, or in the colour of the median where there is a colour.
 *
 * ```ts
 * const { svg } = scatter({ x: { name: "area", values: area }, y: { name: "price", values: price } });
 * ```
 */
export function scatter(points: ScatterOf, options: ChartOptions = {}): Chart {
  checkKnown("scatter", points, ["x", "y", "colour"]);
  checkChart("scatter", options);
  const { x, y, colour } = points;
  for (const [key, axis] of Object.entries({ x, y, ...(colour && { colour }) }))
    checkAxis(`scatter: ${key}`, axis);
  checkLengths("scatter", { x: x.values, y: y.values, ...(colour && { colour: colour.values }) });
  const xs = readNumbers(`scatter: '${x.name}'`, x.values);
  const ys = readNumbers(`scatter: '${y.name}'`, y.values);
  const { xScale, yScale } = { xScale: scaleFor(xs), yScale: scaleFor(ys) };
  const colouring = colour && {
    values: readNumbers(`scatter: '${colour.name}'`, colour.values).values,
    label: colour.name,
    isOpen: true,
  };
  const colours = colouring && coloursFor(colouring);
  const { marks, caption, isEmpty } = cloud({
    x: xs.values,
    y: ys.values,
    xScale,
    yScale,
    colour: colouring && colours && { values: colouring.values, colours },
    columns: 64,
    rows: 36,
  });
  return draw(
    {
      title: `${y.name} over ${x.name}`,
      caption,
      x: { label: x.name, scale: xScale },
      y: { label: y.name, scale: yScale },
      legend: colours?.legend,
      marks,
      isEmpty,
    },
    options,
  );
}
