import { rangeOf } from "./columns.ts";

/** Whether half of the values, all of which are above 0, would share a corner of a linear picture. NaN is left out. */
export function isSkewed(values: Float64Array): boolean {
  const [least, greatest] = rangeOf(values);
  if (!(least > 0 && greatest / least >= 20)) return false;
  const corner = least + (greatest - least) / 8;
  let [within, all] = [0, 0];
  for (const value of values) {
    if (value < corner) within++;
    if (!Number.isNaN(value)) all++;
  }
  return within > all / 2;
}
