import type { Contestant } from "./contestants/contestant.ts";
import type { Log } from "./log.ts";
import { ask } from "./process.ts";
import type { Row } from "./report.ts";
import { best, summarize } from "./statistics.ts";
import type { Assignment, Measurement, Missing } from "./task.ts";

/** What contestants take turns at. */
export interface Contest {
  readonly name: string;
  readonly contestants: readonly Contestant[];
  readonly assignment: Assignment;
  readonly rounds: number;
}

/** The figures of everybody, by name; ratios are to the first of ours that could be measured, or else to oneself. */
export async function measure(contest: Contest, log: Log): Promise<{ [name: string]: Row }> {
  const measured = await takeTurns(contest, log);
  const base = contest.contestants
    .filter(({ isOurs }) => isOurs)
    .map(({ name }) => measured.get(name)!)
    .find((rounds) => !("missing" in rounds)) as readonly Measurement[] | undefined;
  return Object.fromEntries(
    [...measured].map(([name, rounds]) => [
      name,
      "missing" in rounds ? rounds : summarize(rounds, base ?? rounds),
    ]),
  );
}

/** The rounds of everybody: A B C, A B C, … Whoever fails is left out of the rounds that follow. */
async function takeTurns({ name, contestants, assignment, rounds }: Contest, log: Log) {
  const runs = contestants.map((contestant) => ({
    ...contestant,
    variants:
      "missing" in contestant.variants
        ? []
        : contestant.variants.map((variant) => ({ variant, rounds: [] as Measurement[] })),
    missing: "missing" in contestant.variants ? contestant.variants.missing : undefined,
  }));
  for (let round = 1; round <= rounds; round++)
    for (const run of runs)
      for (const { variant, rounds: done } of run.variants) {
        if (run.missing !== undefined) continue;
        log.say(`${name}: round ${round} of ${rounds}, ${run.name}`);
        try {
          const answer = await ask(variant, assignment);
          if ("usPerStep" in answer) done.push(answer);
          else run.missing = "missing" in answer ? answer.missing : "measured nothing";
        } catch (error) {
          const { message } = error as Error;
          run.missing = `failed, ${message.split("\n")[0]}`;
          if (run.isOurs) log.problem(`${name}: ${run.name} ${message}`);
        }
      }
  return new Map<string, readonly Measurement[] | Missing>(
    runs.map((run) => {
      if (run.missing === undefined) return [run.name, best(run.variants.map((v) => v.rounds))];
      log.say(`${name}: ${run.name} is missing: ${run.missing}`);
      return [run.name, { missing: run.missing }];
    }),
  );
}
