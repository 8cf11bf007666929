import { CommandError } from "../failure.ts";
import { count } from "../text/figures.ts";
import type { Surveyed } from "./survey.ts";

/** What is to be predicted. */
export interface Task {
  readonly target: Surveyed;
  readonly kind: "numbers" | "yes or no" | "classes";
  /** Whether it is the logarithm that is learned. */
  readonly isLog: boolean;
  readonly folds: number;
}

const mostClasses = 50;
const likelyNames =
  /^(target|label|class|species|y|price|outcome|survived|quality|diagnosis|charges|sales|value|medv)$/i;

/** The column to predict: the one that was asked for, one that is called like it, or the last one that can be. */
export function targetOf(columns: readonly Surveyed[], asked: string | undefined): Surveyed {
  const found = columns.find(({ name }) => name === asked);
  if (found) return found;
  const names = columns.map(({ name }) => name);
  if (asked !== undefined) {
    const other = names.find((name) => name.toLowerCase() === asked.toLowerCase());
    throw new CommandError(
      `there is no column '${asked}'; ` +
        (other === undefined
          ? `there are ${names.slice(0, 30).join(", ")}`
          : `did you mean '${other}'?`),
      { code: 2 },
    );
  }
  const usable = columns.filter(
    ({ distinct, dateFormat, type }) =>
      distinct > 1 && dateFormat === undefined && (type !== "string" || distinct <= mostClasses),
  );
  const likely = usable.find(({ name }) => likelyNames.test(name)) ?? usable.at(-1);
  if (!likely)
    throw new CommandError("there is no column that could be predicted; name one with --target");
  return likely;
}

/** What predicting a column means, or why it cannot be predicted. */
export function taskOf(target: Surveyed): Task {
  const { name, type, rows, missing, distinct, levels, minimum, maximum, skewness, dateFormat } =
    target;
  const refuse = (reason: string): never => {
    throw new CommandError(`'${name}' cannot be predicted: ${reason}`);
  };
  if (missing > 0)
    refuse(
      `${count(missing, "row")} of ${rows.toLocaleString("en-US")} have no value; leave them out of the file`,
    );
  if (distinct < 2) refuse("it is the same in all rows");
  if (dateFormat !== undefined)
    refuse("it is a date; make it a number first, such as the days until then");
  if (rows < 10) refuse(`there are only ${count(rows, "row")}; ten are the least to learn from`);
  const isYesOrNo =
    type === "boolean" || (type === "number" && distinct === 2 && minimum === 0 && maximum === 1);
  if (type === "number" && !isYesOrNo) {
    const folds = Math.min(5, Math.floor(rows / 5));
    return { target, kind: "numbers", isLog: minimum > 0 && skewness > 1, folds };
  }
  if (distinct > mostClasses)
    refuse(
      `it has ${distinct.toLocaleString("en-US")} different texts, and at most ${mostClasses} classes can be; is it the ` +
        "right column, or are numbers in it that are written as texts?",
    );
  const [rarest, fewest] = [...levels].reduce((least, level) =>
    level[1] < least[1] ? level : least,
  );
  if (fewest < 2)
    refuse(
      `class '${rarest}' has a single row, which cannot be learned and judged both; leave it out`,
    );
  const folds = Math.min(5, fewest);
  return { target, kind: isYesOrNo ? "yes or no" : "classes", isLog: false, folds };
}

/** What is predicted. */
export function inWords({ target, kind, isLog }: Task): string {
  switch (kind) {
    case "numbers":
      return isLog ? "a number, by its logarithm" : "a number";
    case "yes or no":
      return "yes or no, as a probability";
    case "classes":
      return `one of ${target.distinct} classes`;
  }
}
