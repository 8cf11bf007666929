/** Something that is wrong in an experiment. */
export interface Problem {
  /** Where, as a JSON pointer (RFC 6901): `/model/1/activation`. The whole experiment is the empty text. */
  readonly path: string;
  /** What is wrong, and the way out. */
  readonly message: string;
}

/**
 * An experiment cannot be read, or does not go with its data. It lists everything that was found, not only the first:
 * `2 problems in the experiment: …`, each with its path.
 */
export class ExperimentError extends Error {
  override name = "ExperimentError";
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    const lines = problems.map(({ path, message }) =>
      path === "" ? message : `${path}: ${message}`,
    );
    super(
      lines.length === 1
        ? lines[0]
        : [`${lines.length} problems in the experiment:`, ...lines.map((line) => `  ${line}`)].join(
            "\n",
          ),
    );
    this.problems = problems;
  }
}
