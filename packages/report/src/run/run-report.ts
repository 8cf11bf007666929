import { report } from "../html/report.ts";
import { figuresSection } from "./figures-section.ts";
import { predictionSections } from "./prediction-sections.ts";
import type { RunRecord } from "./run-record.ts";
import {
  checkRun,
  explanationSection,
  featuresSection,
  leadOf,
  originSection,
  trainingSection,
} from "./sections.ts";

/**
 * The report of a run: all that its record holds, in the order that a reader asks for it. Figures by fold, curves,
 * predicted against true values, residuals over every feature, a map where there are places, importance, partial
 * dependence, surface, boxes before and after the pipeline, configuration and environment.
 *
 * ```ts
 * const html = runReport({ name: "houses", ...result, config, environment: { seed: 7 } }); // result of fit or kFold
 * ```
 */
export function runReport(run: RunRecord): string {
  checkRun("runReport", run);
  return report({
    title: run.name,
    lead: leadOf(run),
    sections: [
      ...figuresSection(run),
      ...trainingSection([run]),
      ...predictionSections(run),
      ...explanationSection(run),
      ...featuresSection(run),
      ...originSection(run),
    ],
  });
}
