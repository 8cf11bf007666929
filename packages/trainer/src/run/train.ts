import type { Callback } from "@nn/core";
import { newPace } from "./pace.ts";
import { pause } from "./pause.ts";
import type { Run } from "./run.ts";

/** Why training ended, where nothing failed. */
export type Ending = "epochs" | "callback" | "signal";

/** Calls a hook of every callback, one after the other. */
export type Tell = (hook: (callback: Callback) => unknown) => Promise<void>;

/** Runs chunk after chunk, and reports on them. */
export async function train(
  run: Run,
  tell: Tell,
  isEpochHeard: boolean,
  signal: AbortSignal | undefined,
): Promise<Ending> {
  const { training, chunks, probes, probed, journal, figures, measure, validate } = run;
  const { stepsPerEpoch, total } = chunks;
  const pace = newPace();

  const endEpoch = async (): Promise<void> => {
    const validation = await validate?.(training);
    const { loss, metrics: own } = measure ? await measure(training) : figures!.finish();
    const metrics = { ...own, ...validation };
    journal.record({ loss, metrics });
    const { parameters } = training;
    const { best } = journal;
    const report = { ...run.progress, loss, metrics, best, probes: { ...probed }, parameters };
    await tell(async (callback) => {
      if ((await callback.epoch?.(report)) === "stop") run.isStopped = true;
    });
  };

  let paused = performance.now();
  for (;;) {
    if (chunks.step === (journal.monitored.length + 1) * stepsPerEpoch) await endEpoch();
    if (run.isStopped) return "callback";
    if (chunks.step >= total) return "epochs";
    if (signal?.aborted) return "signal";
    const wasWatched = chunks.isWatched;
    const isWithin = wasWatched || isEpochHeard || !figures || validate !== undefined;
    const next = chunks.next(pace.steps(), isWithin);
    const data = await run.data.at?.(chunks.blockOf(chunks.step));
    const chunk = data ? { ...next, data } : next;
    const steps = chunk.progress.length;
    const started = performance.now();
    let report;
    try {
      report = await training.run(chunk);
    } catch (error) {
      // A schedule asked for what was monitored in an epoch that this chunk was to end.
      if (chunks.isWatched && !wasWatched) continue;
      throw error;
    }
    const ended = performance.now();
    run.checkReport?.(report, steps);
    if (chunk.batchSize === chunks.batchSize) pace.measured(steps, ended - started);

    let sum = 0;
    for (let i = 0; i < steps; i++) {
      figures?.add(report, i, steps, chunk.batchSize);
      sum += report.losses[i]!;
      for (const { name, every } of probes)
        if (chunks.step % every === 0) probed[name] = report.partials[`probe/${name}`]![i]!;
      const isEpoch = ++chunks.step % stepsPerEpoch === 0;
      if (isEpoch && figures && !isWithin) journal.record(figures.finish());
    }
    const epoch = chunks.step / stepsPerEpoch;
    const rate = report.rate ?? Number.NaN;
    const at = (run.progress = { step: chunks.step, epoch, loss: sum / steps, rate });
    await tell((callback) => callback.progress?.(at));
    if (ended - paused < 8) continue;
    await pause();
    paused = performance.now();
  }
}
