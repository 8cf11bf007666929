import { areaY, dot, line, type Markish } from "@observablehq/plot";
import { rangeOf } from "../data/columns.ts";
import { type Point, thin } from "../data/thin.ts";

/** A line through epochs. */
export interface Curve {
  readonly points: readonly Point[];
  /** The number of the epoch whose model was kept. */
  readonly best: number | undefined;
}

/** What a line of this width can show. */
const mostPoints = 240;

/** How curves are drawn. */
export interface CurveStyle {
  readonly colour: string;
  readonly dashes?: string | undefined;
  /** Whether every fold has a line, or all of them an area. */
  readonly showsFolds: boolean;
  /** Where a value is drawn; NaN where it is not. */
  shown(value: number): number;
}

/** Curves in one colour: those of folds with their mean, or the mean with the range of the folds. */
export function curveMarks(
  curves: readonly Curve[],
  { colour, dashes, showsFolds, shown }: CurveStyle,
): Markish[] {
  const isMany = curves.length > 1;
  const average = isMany ? overFolds(curves) : [];
  const place = ({ x, y }: Point): Point => ({ x, y: shown(y) });
  const main = (
    isMany ? average.map(({ x, mean }) => ({ x, y: mean })) : (curves[0]?.points ?? [])
  ).map(place);
  const finite = main.filter(({ y }) => !Number.isNaN(y));
  const marks: Markish[] = [];
  if (isMany && showsFolds)
    marks.push(
      line(
        curves.flatMap(({ points }, fold) =>
          thin(points.map(place), mostPoints).map((point) => ({ ...point, fold })),
        ),
        { x: "x", y: "y", z: "fold", stroke: colour, strokeWidth: 0.8, strokeOpacity: 0.5 },
      ),
    );
  else if (isMany)
    marks.push(
      areaY(
        every(average, mostPoints).map(({ x, least, greatest }) => ({
          x,
          least: shown(least),
          greatest: shown(greatest),
        })),
        { x: "x", y1: "least", y2: "greatest", fill: colour, fillOpacity: 0.15 },
      ),
    );
  marks.push(
    line(thin(main, mostPoints), {
      x: "x",
      y: "y",
      stroke: colour,
      strokeWidth: 2,
      ...(dashes && { strokeDasharray: dashes }),
    }),
  );
  // A line through one point cannot be seen.
  if (finite.length === 1) marks.push(dot(finite, { x: "x", y: "y", fill: colour, r: 3 }));
  const kept = curves.flatMap(({ points, best }) =>
    points.map(place).filter(({ x, y }) => x === best && !Number.isNaN(y)),
  );
  if (showsFolds && kept.length > 0)
    marks.push(dot(kept, { x: "x", y: "y", fill: colour, r: 2.5 }));
  return marks;
}

/** Mean and range of all folds, as long as all of them last. */
function overFolds(curves: readonly Curve[]): {
  readonly x: number;
  readonly mean: number;
  readonly least: number;
  readonly greatest: number;
}[] {
  const epochs = Math.min(...curves.map(({ points }) => points.length));
  return Array.from({ length: epochs }, (_, epoch) => {
    const values = curves.map(({ points }) => points[epoch]!.y);
    const mean = values.reduce((sum, value) => sum + value / values.length, 0);
    const [least, greatest] = rangeOf(values);
    return { x: epoch + 1, mean, least, greatest };
  });
}

/** At most `most` of these, evenly taken, with the last one. */
function every<T>(given: readonly T[], most: number): T[] {
  const step = Math.max(1, Math.ceil(given.length / most));
  return given.filter((_, i) => i % step === 0 || i === given.length - 1);
}
