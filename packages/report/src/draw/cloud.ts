import { dot, type Markish } from "@observablehq/plot";
import { quantile } from "../data/box.ts";
import { type Cell, cells } from "./cells.ts";
import type { Colours } from "./colours.ts";
import { accent } from "./palette.ts";
import type { Scale } from "./scale.ts";
import { showCount } from "./text.ts";

/** Points on two axes. */
export interface CloudOf {
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
  readonly xScale: Scale;
  readonly yScale: Scale;
  /** A value for each point, and how to colour it. */
  readonly colour?: { readonly values: ArrayLike<number>; readonly colours: Colours } | undefined;
  /** How many cells there are across and upwards. */
  readonly columns: number;
  readonly rows: number;
}

/** Points as they are drawn, and what to say of it. */
export interface Cloud {
  readonly marks: readonly Markish[];
  readonly caption: readonly string[];
  readonly isEmpty: boolean;
}

/** More points than that are drawn as cells: a picture of them would be too large, and show less. */
const mostDots = 1000;

/** How full cells are, in so many steps. */
const countLevels = 6;

/** Dots, or, where these are many, cells with their number or the median of their values. */
export function cloud(points: CloudOf): Cloud {
  const { x, y, colour } = points;
  const present: number[] = [];
  let missing = 0;
  for (let row = 0; row < x.length; row++) {
    const isMissing =
      Number.isNaN(x[row]) || Number.isNaN(y[row]) || (colour && Number.isNaN(colour.values[row]));
    if (isMissing) missing++;
    else present.push(row);
  }
  const left =
    missing > 0
      ? `${showCount(missing, "row")} with missing values ${missing === 1 ? "is" : "are"} left out.`
      : "";
  const { marks, caption } =
    present.length > mostDots
      ? manyMarks(points, present)
      : { marks: dots(points, present), caption: "" };
  return { marks, caption: [caption, left], isEmpty: present.length === 0 };
}

function dots({ x, y, colour }: CloudOf, rows: readonly number[]): Markish[] {
  return [
    dot(rows, {
      x: (row: number) => x[row],
      y: (row: number) => y[row],
      r: rows.length > 300 ? 2 : 3,
      fillOpacity: 0.7,
      fill: colour
        ? (row: number) => colour.colours.fills[colour.colours.levelOf(colour.values[row]!)]
        : accent,
    }),
  ];
}

function manyMarks(
  points: CloudOf,
  present: readonly number[],
): { readonly marks: readonly Markish[]; readonly caption: string } {
  const { colour, columns, rows } = points;
  const places = placesOf(points, present);
  const counts = new Int32Array(columns * rows);
  for (const place of places) counts[place]!++;
  const many = showCount(present.length, "point");
  const cellsOf = (levelOf: (place: number) => number): Cell[] =>
    [...counts.keys()]
      .filter((place) => counts[place]! > 0)
      .map((place) => ({
        x1: (place % columns) / columns,
        x2: ((place % columns) + 1) / columns,
        y1: Math.floor(place / columns) / rows,
        y2: (Math.floor(place / columns) + 1) / rows,
        level: levelOf(place),
      }));
  if (colour) {
    const { values, colours } = colour;
    const members = Array.from(counts, (count) => new Float64Array(count));
    const filled = new Int32Array(counts.length);
    for (const [i, row] of present.entries()) {
      const place = places[i]!;
      members[place]![filled[place]!++] = values[row]!;
    }
    const medianOf = (place: number): number => quantile(members[place]!.sort(), 0.5);
    return {
      marks: [
        cells(
          cellsOf((place) => colours.levelOf(medianOf(place))),
          colours.fills.map((fill) => ({ fill })),
        ),
      ],
      caption: `${many} in cells, each in the colour of its median.`,
    };
  }
  const most = Math.max(...counts);
  const levelOf = (place: number): number => {
    const share = most > 1 ? Math.log(counts[place]!) / Math.log(most) : 1;
    return Math.min(Math.floor(share * countLevels), countLevels - 1);
  };
  const styles = Array.from({ length: countLevels }, (_, level) => ({
    fill: accent,
    opacity: Math.round((0.2 + (0.8 * level) / (countLevels - 1)) * 100) / 100,
  }));
  return {
    marks: [cells(cellsOf(levelOf), styles)],
    caption: `${many} in cells; the stronger the colour, the more are in a cell, up to ${most.toLocaleString("en")}.`,
  };
}

/** The number of the cell that each row is in; those beyond the axes are at the edge. */
function placesOf(
  { x, y, xScale, yScale, columns, rows }: CloudOf,
  present: readonly number[],
): Int32Array {
  const place = (at: number, count: number): number =>
    Math.min(Math.max(Math.floor(at * count), 0), count - 1);
  return Int32Array.from(
    present,
    (row) => place(yScale.at(y[row]!), rows) * columns + place(xScale.at(x[row]!), columns),
  );
}
