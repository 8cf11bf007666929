import { barX, ruleX, ruleY, text } from "@observablehq/plot";
import { check } from "@nn/core";
import type { Chart, ChartOptions } from "../chart.ts";
import { checkChart, checkCount, isObject, show } from "../check.ts";
import { rangeOf } from "../data/columns.ts";
import { draw } from "../draw/draw.ts";
import { accent } from "../draw/palette.ts";
import { scaleOf } from "../draw/scale.ts";
import { showCount } from "../draw/text.ts";

/** What `permutationImportance` of `@nn/interpret` returns, or as much of it as is drawn. */
export interface Importance {
  /** The name of the figure that got worse. */
  readonly score?: string;
  /** How often each feature was shuffled. */
  readonly repeats?: number;
  readonly features: readonly FeatureOf[];
}

interface FeatureOf {
  readonly name: string;
  /** The part of all, from 0 to 1. */
  readonly share: number;
  /** By how much the figure got worse, on average. */
  readonly mean: number;
  readonly deviation?: number;
}

/** How many bars. */
export interface ImportanceOptions extends ChartOptions {
  /** Features to draw, the most important ones; 20 by default. */
  readonly top?: number;
}

/**
 * What every feature is worth, as a bar with its standard deviation and its share of all.
 *
 * ```ts
 * const { svg } = importanceBars(await permutationImportance({ model, data, metric: r2() }));
 * ```
 */
export function importanceBars(importance: Importance, options: ImportanceOptions = {}): Chart {
  checkChart("importanceBars", options, ["top"]);
  const { top = 20 } = options;
  checkCount("importanceBars: top", top);
  check(
    isObject(importance) && Array.isArray(importance.features),
    () => `importanceBars: expected { features: [{ name, share, mean }] }, got ${show(importance)}`,
  );
  const { score = "the figure", repeats } = importance;
  const features = importance.features
    .filter(({ mean }) => Number.isFinite(mean))
    .toSorted((a, b) => b.mean - a.mean);
  const shown = features.slice(0, top);
  const rest = features.slice(top).reduce((sum, { share }) => sum + share, 0);
  const ends = shown.map(({ mean, deviation = 0 }) => {
    const around = Number.isFinite(deviation) ? deviation : 0;
    return { low: mean - around, high: mean + around };
  });
  const [low, high] = rangeOf([0, ...ends.flatMap(({ low, high }) => [low, high])]);
  // With room for the longest bar's share.
  const scale = scaleOf(low, high + (high - low) / 4);
  return draw(
    {
      title: "Importance of features",
      caption: [
        `By how much ${score} gets worse when a feature is shuffled among the rows${repeats ? `, the mean of ${showCount(repeats, "time")} and their standard deviation` : ""}; and its share of all.`,
        features.length > shown.length
          ? `${showCount(features.length - shown.length, "more feature")} with ${percent(rest)} together.`
          : "",
      ],
      x: { label: `worse by, in ${score}`, scale },
      y: { scale: { type: "band", names: shown.map(({ name }) => name) } },
      marks: [
        barX(shown, {
          x: "mean",
          y: (_: FeatureOf, at: number) => at,
          fill: accent,
          fillOpacity: 0.8,
        }),
        ruleY(ends, { x1: "low", x2: "high", y: (_: object, at: number) => at, strokeWidth: 1.5 }),
        ruleX([0], { strokeOpacity: 0.6 }),
        text(shown, {
          x: (_: FeatureOf, at: number) => Math.max(ends[at]!.high, 0),
          y: (_: FeatureOf, at: number) => at,
          text: ({ share }: FeatureOf) => percent(share),
          textAnchor: "start",
          dx: 6,
        }),
      ],
      isEmpty: shown.length === 0,
      height: shown.length * 22 + 56,
    },
    options,
  );
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
