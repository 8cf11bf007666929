import type { Chart } from "../chart.ts";
import { map } from "../charts/map.ts";
import { predictedAgainstTrue } from "../charts/predicted-against-true.ts";
import { residuals } from "../charts/residuals.ts";
import type { Column, Columns } from "../data/columns.ts";
import { readPredictions } from "../data/predictions.ts";
import { shorten } from "../draw/text.ts";
import type { Choice, Section } from "../html/report.ts";
import { classesSection, hasClasses } from "./classes-section.ts";
import type { RunRecord } from "./run-record.ts";

/** The most features that residuals are drawn over, to keep files small. */
const mostFeatures = 24;

/** Predictions against true values, residuals over features, and maps. */
export function predictionSections({ predictions, importance }: RunRecord): Section[] {
  const given =
    predictions === undefined ? [] : "truth" in predictions ? [predictions] : predictions;
  return given.map((each) => {
    const { features = {}, target: called = "target" } = each;
    const title = given.length > 1 ? `Predictions of ${called}` : "Predictions";
    if (hasClasses(each)) return classesSection(title, called, each);
    // Read once, for many charts.
    const target = { ...each, ...readPredictions("runReport: predictions", each) };
    const name = target.target;
    const ranked = rank(features, importance?.features.map((feature) => feature.name) ?? []);
    const shown = ranked.slice(0, mostFeatures);
    const choices: Choice[] = shown.map(([feature, values]) => ({
      name: shorten(feature, 60),
      chart: residuals(target, { over: { name: feature, values } }),
    }));
    return {
      title,
      blocks: [
        {
          kind: "charts",
          charts: [
            predictedAgainstTrue(target),
            residuals(target),
            ...mapsOf(target, features, name),
          ],
        },
        ...(choices.length > 0
          ? [{ kind: "choice" as const, label: "Residuals over", options: choices }]
          : []),
        ...(ranked.length > shown.length
          ? [
              {
                kind: "text" as const,
                text: `Residuals are shown over ${shown.length} of ${ranked.length} features.`,
              },
            ]
          : []),
      ],
    };
  });
}

/** The features, important ones first; a name may stand for columns that were made of it. */
function rank(features: Columns, order: readonly string[]): [string, Column][] {
  const place = (name: string): number =>
    order.includes(name) ? order.indexOf(name) : order.length;
  return Object.entries(features).toSorted(([a], [b]) => place(a) - place(b));
}

function mapsOf(
  { truth, predicted }: { readonly truth: Float64Array; readonly predicted: Float64Array },
  features: Columns,
  target: string,
): Chart[] {
  const find = (...names: string[]): Column | undefined => {
    const found = Object.keys(features).find((name) => names.includes(name.toLowerCase()));
    return found === undefined ? undefined : features[found];
  };
  const latitude = find("lat", "latitude");
  const longitude = find("long", "lon", "lng", "longitude");
  if (!latitude || !longitude) return [];
  const places = { latitude, longitude };
  const errors = truth.map((value, row) => value - predicted[row]!);
  return [
    map({ ...places, colour: { name: `true ${target}`, values: truth } }),
    map(
      { ...places, colour: { name: `true − predicted ${target}`, values: errors } },
      { diverging: true },
    ),
  ];
}
