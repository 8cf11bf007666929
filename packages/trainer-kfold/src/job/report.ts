import type { Callback, EpochSummary, Json, Observer, ProgressReport, RunSummary } from "@nn/core";

/** What an observer is told, as a message. */
export type Report =
  | { readonly hook: "start"; readonly value: RunSummary }
  | { readonly hook: "progress"; readonly value: ProgressReport }
  | { readonly hook: "epoch"; readonly value: EpochSummary }
  | { readonly hook: "end"; readonly value: string };

/** Who is told. */
export type Told = (report: Report) => void | Promise<void>;

/** A callback that passes on what observers are told, and no more, so that it is the same wherever a fold runs. */
export function reporting(send: Told): Callback {
  return {
    start: ({ epochs, stepsPerEpoch, rows, step, monitor: { name, better } }) =>
      send({
        hook: "start",
        value: { epochs, stepsPerEpoch, rows, step, monitor: { name, better } },
      }),
    progress: (value) => send({ hook: "progress", value }),
    // Observers cannot end training, whatever they return.
    epoch: async (report) => {
      const { parameters: _, ...value } = report;
      await send({ hook: "epoch", value });
    },
    end: (value) => send({ hook: "end", value }),
  };
}

/** Tells an observer. */
export async function tell(observer: Observer, { hook, value }: Report): Promise<void> {
  if (hook === "start") await observer.start?.(value);
  else if (hook === "progress") await observer.progress?.(value);
  else if (hook === "epoch") await observer.epoch?.(value);
  else await observer.end?.(value);
}

/** A report as JSON, which has no NaN and no infinities. */
export function reportToJson(report: Report): Json {
  const write = (_: string, value: unknown): unknown =>
    typeof value === "number" && !Number.isFinite(value) ? { number: String(value) } : value;
  return JSON.parse(JSON.stringify(report, write)) as Json;
}

/** The way back. */
export function reportFromJson(json: Json): Report {
  const read = (_: string, value: unknown): unknown => {
    const { number } = Object(value) as { number?: unknown };
    return typeof number === "string" ? Number(number) : value;
  };
  return JSON.parse(JSON.stringify(json), read) as Report;
}
