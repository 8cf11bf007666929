import { dot, type Markish } from "@observablehq/plot";
import { check } from "@nn/core";
import type { Chart, ChartOptions } from "../chart.ts";
import { scaleFor } from "../draw/scale-for.ts";
import { checkChart, checkKnown, checkList, checkText, isObject, show } from "../check.ts";
import { checkLengths, type Column, rangeOf, readColumn, readNumbers } from "../data/columns.ts";
import { type Cell, cells } from "../draw/cells.ts";
import { coloursFor } from "../draw/colours.ts";
import { type AxisOf, draw } from "../draw/draw.ts";
import { scaleOf } from "../draw/scale.ts";
import { showCount } from "../draw/text.ts";

/** Predictions over a grid of inputs. */
export interface Grid {
  /** The inputs, with the values that were tried in ascending order, or words. */
  readonly axes: readonly { readonly name: string; readonly values: readonly unknown[] }[];
  /** Predictions: of two inputs, that of values i and j is at i · (values of the second) + j. */
  readonly average: ArrayLike<number>;
}

/** Points on a surface. */
export interface SurfacePoints {
  readonly x: Column;
  readonly y: Column;
  /** True values, in the colours of the surface. */
  readonly values?: Column;
}

/** What to draw with a surface. */
export interface SurfaceOptions extends ChartOptions {
  /** What is predicted. */
  readonly target?: string;
  readonly points?: SurfacePoints;
}

/** Points beyond that would hide the surface. */
const mostPoints = 500;

/**
 * Predictions for the values of two inputs as colours, with the points that they were learned from. Around every value
 * of the grid there is a cell, up to the middle between it and the next one.
 *
 * ```ts
 * const steps = Array.from({ length: 40 }, (_, i) => i / 39);
 * const average = await model.predict(steps.flatMap((a) => steps.map((b) => [a, b]))).read();
 * const { svg } = surface({ axes: [{ name: "a", values: steps }, { name: "b", values: steps }], average });
 * ```
 */
export function surface(grid: Grid, options: SurfaceOptions = {}): Chart {
  checkChart("surface", options, ["target", "points"]);
  const { target = "prediction", points } = options;
  checkText("surface: target", target);
  checkGrid("surface", grid, 2);
  const [first, second] = grid.axes;
  const x = sides(first!);
  const y = sides(second!);
  const given = points && readPoints(points);
  const colours = coloursFor({
    label: target,
    values: [...Array.from(grid.average), ...(given ?? []).map(({ value }) => value)],
    levels: 24,
  });
  const found: Cell[] = [];
  // Row by row, so that neighbours of the same colour become one.
  for (const [j, vertical] of y.cells.entries())
    for (const [i, across] of x.cells.entries()) {
      const value = grid.average[i * y.cells.length + j]!;
      if (!Number.isFinite(value)) continue;
      found.push({
        x1: across.from,
        x2: across.to,
        y1: vertical.from,
        y2: vertical.to,
        level: colours.levelOf(value),
      });
    }
  const isNumeric = x.axis.scale.type !== "band" && y.axis.scale.type !== "band";
  const drawn = isNumeric ? (given ?? []) : [];
  const step = Math.max(1, Math.ceil(drawn.length / mostPoints));
  const marks: Markish[] = [
    cells(
      found,
      colours.fills.map((fill) => ({ fill })),
    ),
    dot(
      drawn.filter((_, i) => i % step === 0),
      {
        x: (point: SurfacePoint) => clamp(point.x, x.range),
        y: (point: SurfacePoint) => clamp(point.y, y.range),
        fill: ({ value }: SurfacePoint) =>
          Number.isNaN(value) ? "white" : colours.fills[colours.levelOf(value)],
        stroke: "white",
        strokeWidth: 1,
        r: drawn.length > 100 ? 2.5 : 5,
      },
    ),
  ];
  return draw(
    {
      title: `${target} over ${first!.name} and ${second!.name}`,
      caption: [
        drawn.length > 0
          ? `${step > 1 ? `One in ${step} of ${showCount(drawn.length, "point")}` : showCount(drawn.length, "point")}, filled with the true value.`
          : "",
      ],
      x: x.axis,
      y: y.axis,
      legend: colours.legend,
      marks,
      isEmpty: found.length === 0,
      height: 360,
    },
    options,
  );
}

/** Refuses what is no grid of so many inputs. */
export function checkGrid(name: string, grid: Grid, axes: number): void {
  check(
    isObject(grid) && Array.isArray(grid.axes) && grid.axes.length === axes,
    () =>
      `${name}: expected { axes, average } with ${showCount(axes, "axis", "axes")}, got ${show(grid)}`,
  );
  checkList(`${name}: average`, grid.average);
  for (const axis of grid.axes) checkList(`${name}: values of '${axis.name}'`, axis.values);
  const size = grid.axes.reduce((product, { values }) => product * values.length, 1);
  check(
    grid.average.length === size,
    () =>
      `${name}: expected a prediction for each of ${size} places on the grid, got ${grid.average.length}`,
  );
}

interface SurfacePoint {
  readonly x: number;
  readonly y: number;
  readonly value: number;
}

interface Sides {
  readonly axis: AxisOf;
  readonly range: readonly [low: number, high: number];
  /** Where the cells of values begin and end, in parts of the axis. */
  readonly cells: readonly { readonly from: number; readonly to: number }[];
}

function sides({ name, values }: Grid["axes"][number]): Sides {
  const column = readColumn(`surface: '${name}'`, values);
  const count = values.length;
  if (column.type === "words")
    return {
      axis: { label: name, scale: { type: "band", names: values.map(String), padding: 0 } },
      range: [0, 1],
      cells: values.map((_, i) => ({ from: i / count, to: (i + 1) / count })),
    };
  const numbers = column.values;
  check(
    numbers.every((value, i) => i === 0 || value > numbers[i - 1]!),
    () => `surface: values of '${name}' must ascend and be finite`,
  );
  const middle = (i: number): number => numbers[i]! / 2 + numbers[i + 1]! / 2;
  const edge = (numbers[1]! - numbers[0]!) / 2 || 0.5;
  const lastEdge = (numbers[count - 1]! - numbers[count - 2]!) / 2 || 0.5;
  const range = rangeOf([numbers[0]! - edge, numbers[count - 1]! + lastEdge]);
  const scale =
    column.type === "date"
      ? { ...scaleFor(column), domain: range }
      : scaleOf(...range, { margin: 0 });
  const at = (value: number): number => (value - range[0]) / (range[1] - range[0]);
  return {
    axis: { label: name, scale },
    range,
    cells: values.map((_, i) => ({
      from: i === 0 ? 0 : at(middle(i - 1)),
      to: i === count - 1 ? 1 : at(middle(i)),
    })),
  };
}

function readPoints(points: SurfacePoints): SurfacePoint[] {
  checkKnown("surface: points", points, ["x", "y", "values"]);
  const { x, y, values } = points;
  checkLengths("surface: points", { x, y, ...(values && { values }) });
  const xs = readNumbers("surface: x of the points", x).values;
  const ys = readNumbers("surface: y of the points", y).values;
  const given = values && readNumbers("surface: values of the points", values).values;
  return Array.from(xs, (x, row) => ({ x, y: ys[row]!, value: given?.[row] ?? Number.NaN })).filter(
    ({ x, y }) => !Number.isNaN(x + y),
  );
}

function clamp(value: number, [low, high]: readonly [number, number]): number {
  return Math.min(Math.max(value, low), high);
}
