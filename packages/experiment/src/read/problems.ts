import { ExperimentError, type Problem } from "../error.ts";
import { type Path, pointerOf } from "../json/pointer.ts";

/** What is wrong so far. */
export interface Problems {
  readonly list: readonly Problem[];
  /** Whether there are so many that more are of no use to anybody, and none is added. */
  readonly isFull: boolean;
  report(path: Path, message: string): void;
  /** Reports unless the condition holds, and says whether it does. */
  expect(path: Path, condition: boolean, message: () => string): boolean;
  /** Throws what was found, if anything was. */
  throwAny(): void;
}

const most = 100;

/** A list of problems without any so far. What is said of a place twice, as of layers that are repeated, is kept once. */
export function newProblems(): Problems {
  const found = new Map<string, Problem>();
  const problems: Problems = {
    get list() {
      return [...found.values()];
    },
    get isFull() {
      return found.size >= most;
    },
    report(path, message) {
      const problem = { path: pointerOf(path), message };
      if (!problems.isFull) found.set(`${problem.path} ${message}`, problem);
    },
    expect(path, condition, message) {
      if (!condition) problems.report(path, message());
      return condition;
    },
    throwAny() {
      if (found.size > 0) throw new ExperimentError(problems.list);
    },
  };
  return problems;
}
