import type { Surveyed } from "./survey.ts";

/** What is proposed for a column. */
export type Use =
  | "target"
  | "ids"
  | "number"
  | "category"
  | "levels"
  | "date"
  | "yes or no"
  | "dropped";

/** What is done with a column, and why, in words. */
export interface Treatment {
  readonly column: Surveyed;
  readonly use: Use;
  readonly how: string;
}

/** More levels than that are not given a column each. */
const mostCategories = 30;
const idName = /^(id|uuid|guid|key|index|nr|no|row|rowid|.*[_-]id|.*Id)$/;
const codeName = /(zip|postal|post)_?-?code|^plz$|^zip$/i;

/** Proposes what to do with the columns besides the target. */
export function treatments(
  columns: readonly Surveyed[],
  target: Surveyed,
  { isRegression }: { readonly isRegression: boolean },
): readonly Treatment[] {
  let hasIds = false;
  return columns.map((column) => {
    if (column === target) return { column, use: "target", how: "" };
    const treatment = treat(column, isRegression);
    if (treatment.use !== "ids") return treatment;
    if (hasIds) return { ...treatment, use: "dropped" };
    hasIds = true;
    return { ...treatment, how: `${treatment.how}, stands beside predictions` };
  });
}

function treat(column: Surveyed, isRegression: boolean): Treatment {
  const { name, type, rows, missing, distinct, isWhole, isAscending, dateFormat } = column;
  const filled = missing > 0 ? `, ${missing} missing ones by the median` : "";
  const as = (use: Use, how: string): Treatment => ({ column, use, how });
  if (missing === rows) return as("dropped", "has no values");
  if (distinct === 1 && missing === 0) return as("dropped", "is the same in all rows");
  const isUnique = distinct > 0.9 * rows && rows > 20;
  if (type === "number") {
    if (isUnique && isWhole && (idName.test(name) || isAscending))
      return as("ids", "tells rows apart");
    if (isWhole && codeName.test(name)) return levelsOf(column, isRegression);
    return as("number", `scaled${filled}`);
  }
  if (type === "boolean")
    return as("yes or no", `1 or 0${missing > 0 ? ", missing ones by the mode" : ""}`);
  if (dateFormat !== undefined)
    return as("date", `month and time${missing > 0 ? ", missing ones by the median" : ""}`);
  if (isUnique || (idName.test(name) && distinct > 0.5 * rows)) {
    const isId = idName.test(name) || distinct === rows;
    return isId
      ? as("ids", "tells rows apart")
      : as("dropped", "is a text of its own in most rows");
  }
  return levelsOf(column, isRegression);
}

function levelsOf(column: Surveyed, isRegression: boolean): Treatment {
  const { distinct, rows, missing } = column;
  const zeros = missing > 0 ? `, ${missing} missing ones in none` : "";
  if (distinct <= mostCategories)
    return { column, use: "category", how: `a column for each of ${distinct}${zeros}` };
  if (distinct * 3 > rows)
    return { column, use: "dropped", how: `has ${distinct} levels in ${rows} rows` };
  return isRegression
    ? { column, use: "levels", how: `the mean target of each of ${distinct}` }
    : { column, use: "category", how: `a column for each of ${distinct} that is not rare${zeros}` };
}
