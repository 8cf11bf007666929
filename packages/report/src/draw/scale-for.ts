import { rangeOf, type ReadColumn } from "../data/columns.ts";
import { type Scale, scaleOf } from "./scale.ts";

/** An axis for all values of a column. */
export function scaleFor({ type, values }: ReadColumn): Scale {
  return scaleOf(...rangeOf(values), { type: type === "date" ? "utc" : "linear" });
}
