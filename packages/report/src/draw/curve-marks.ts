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

/** Curves in one colour: those of folds with their mean, or the mean with the range of the folds. */
export function curveMarks(
  colour: string,
  curves: readonly Curve[],
  showsFolds: boolean,
): Markish[] {
  const isMany = curves.length > 1;
  const average = isMany ? overFolds(curves) : [];
  const main = isMany ? average.map(({ x, mean }) => ({ x, y: mean })) : (curves[0]?.points ?? []);
  const finite = main.filter(({ y }) => !Number.isNaN(y));
  const best = showsFolds
    ? curves.flatMap(({ points, best }) =>
        points.filter(({ x, y }) => x === best && !Number.isNaN(y)),
      )
    : [];
  return [
    ...(isMany && showsFolds
      ? [
          line(
            curves.flatMap(({ points }, fold) =>
              thin(points, mostPoints).map((point) => ({ ...point, fold })),
            ),
            { x: "x", y: "y", z: "fold", stroke: colour, strokeWidth: 0.8, strokeOpacity: 0.5 },
          ),
        ]
      : []),
    ...(isMany && !showsFolds
      ? [
          areaY(every(average, mostPoints), {
            x: "x",
            y1: "least",
            y2: "greatest",
            fill: colour,
            fillOpacity: 0.15,
          }),
        ]
      : []),
    line(thin(main, mostPoints), { x: "x", y: "y", stroke: colour, strokeWidth: 2 }),
    // A line through one point cannot be seen.
    ...(finite.length === 1 ? [dot(finite, { x: "x", y: "y", fill: colour, r: 3 })] : []),
    ...(best.length > 0 ? [dot(best, { x: "x", y: "y", fill: colour, r: 2.5 })] : []),
  ];
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
