import { line } from "@observablehq/plot";
import type { Chart, ChartOptions } from "../chart.ts";
import { checkChart, checkOneOf } from "../check.ts";
import { type PredictedAndTrue, readPredictions } from "../data/predictions.ts";
import { rangeOf } from "../data/columns.ts";
import { cloud } from "../draw/cloud.ts";
import { draw } from "../draw/draw.ts";
import { scaleOf } from "../draw/scale.ts";
import { isSkewed } from "../data/skew.ts";

/** On what scale. */
export interface PredictedAgainstTrueOptions extends ChartOptions {
  /** `auto`, the default, is logarithmic for values above 0 most of which are close to the least of them. */
  readonly scale?: "auto" | "linear" | "log";
}

/**
 * Predictions over true values, with the line that they should be on. More than 1,000 points are drawn as cells: the
 * stronger the colour, the more points are in each.
 *
 * ```ts
 * const { svg } = predictedAgainstTrue({ target: "price", truth, predicted });
 * ```
 */
export function predictedAgainstTrue(
  predictions: PredictedAndTrue,
  options: PredictedAgainstTrueOptions = {},
): Chart {
  const name = "predictedAgainstTrue";
  checkChart(name, options, ["scale"]);
  const { scale: wanted = "auto" } = options;
  checkOneOf(`${name}: scale`, wanted, ["auto", "linear", "log"]);
  const given = readPredictions(name, predictions);
  const { target } = given;
  const isLog =
    wanted === "log" ||
    (wanted === "auto" && isSkewed(given.truth) && rangeOf(given.predicted)[0] > 0);
  const [truth, predicted] = [given.truth, given.predicted].map((values) =>
    isLog ? values.map((value) => (value > 0 ? value : Number.NaN)) : values,
  ) as [Float64Array, Float64Array];
  const [least, greatest] = rangeOf([...rangeOf(truth), ...rangeOf(predicted)]);
  const scale = scaleOf(least, greatest, { type: isLog ? "log" : "linear" });
  const { marks, caption, isEmpty } = cloud({
    x: truth,
    y: predicted,
    xScale: scale,
    yScale: scale,
    columns: 60,
    rows: 48,
  });
  return draw(
    {
      title: `${target}: predicted against true`,
      caption: [...caption, "Predictions without any error are on the line."],
      x: { label: `true ${target}${isLog ? " (logarithmic)" : ""}`, scale },
      y: { label: `predicted ${target}`, scale },
      marks: [
        ...marks,
        line(
          scale.domain.map((value) => [value, value]),
          { strokeOpacity: 0.6, strokeDasharray: "4 3" },
        ),
      ],
      isEmpty,
      height: 360,
    },
    options,
  );
}
