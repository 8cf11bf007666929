/** A number in a few digits, as sentences, tables and labels have it: `0.8873`, `21,613`, `1.2e-7`. */
export function showNumber(value: number): string {
  if (Number.isNaN(value)) return "–";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const size = Math.abs(value);
  if (size === 0) return "0";
  if (size >= 1e15 || size < 1e-4) return minus(trim(value.toExponential(3)));
  const digits = Math.max(0, 3 - Math.floor(Math.log10(size)));
  return minus(group(trim(value.toFixed(digits))));
}

/** A count with its noun. */
export function showCount(count: number, noun: string, plural = `${noun}s`): string {
  return `${count.toLocaleString("en")} ${count === 1 ? noun : plural}`;
}

/** Seconds as people say them. */
export function showSeconds(seconds: number): string {
  if (!Number.isFinite(seconds)) return "–";
  if (seconds < 60) return `${showNumber(Number(seconds.toPrecision(3)))} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60
    ? `${minutes} min ${Math.floor(seconds % 60)} s`
    : `${group(String(Math.floor(minutes / 60)))} h ${minutes % 60} min`;
}

/** Text of a bounded length. */
export function shorten(text: string, length: number): string {
  const letters = [...text];
  return letters.length <= length ? text : `${letters.slice(0, length - 1).join("")}…`;
}

/** A name in so many pixels: what is left out is in its middle, since names that begin alike often end differently. */
export function fit(name: string, pixels: number): string {
  if (widthOf(name) <= pixels) return name;
  const letters = [...name];
  let [begin, end] = [0, letters.length];
  let left = pixels - widthOf("…");
  for (let isBegin = true; begin < end; isBegin = !isBegin) {
    left -= widthOf(letters[isBegin ? begin : end - 1]!);
    if (left < 0) break;
    if (isBegin) begin++;
    else end--;
  }
  return `${letters.slice(0, begin).join("")}…${letters.slice(end).join("")}`;
}

/** About how many pixels a text takes in the charts' font; East Asian letters and pictures are wider than others. */
export function widthOf(text: string): number {
  let width = 0;
  for (const letter of text) {
    const code = letter.codePointAt(0)!;
    width += (code >= 0x1100 && code < 0x1200) || code >= 0x2e80 ? 13 : 7;
  }
  return width;
}

/** With commas between thousands; not in four digits, which may be a year. */
export function group(digits: string): string {
  const [whole = "", ...rest] = digits.split(".");
  if (/^-?\d{1,4}$/.test(whole)) return digits;
  return [whole.replace(/\B(?=(\d{3})+$)/g, ","), ...rest].join(".");
}

/** With the sign that is as wide as a plus. */
export function minus(digits: string): string {
  return digits.replace(/^-/, "−");
}

/** Without zeros at the end of decimals. */
function trim(digits: string): string {
  return digits
    .replace(/(\.\d*?)0+(?=e|$)/, "$1")
    .replace(/\.(?=e|$)/, "")
    .replace("e+", "e");
}
