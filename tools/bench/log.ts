/** What is said beside the result, on standard error. */
export interface Log {
  say(text: string): void;
  /** Says it at the end, after the result, and lets the benchmark end with 1. */
  problem(text: string): void;
}

/** A log, and what ends it. */
export function newLog(): Log & { end(): void } {
  const problems: string[] = [];
  const say = (text: string): void => console.error(`bench: ${text}`);
  return {
    say,
    problem: (text) => void problems.push(text),
    end() {
      problems.forEach(say);
      if (problems.length > 0) process.exitCode = 1;
    },
  };
}
