import { group, minus, showNumber, widthOf } from "./text.ts";

/** An axis of numbers or times: where values are on it, and what is written beside it. */
export interface Scale {
  readonly type: "linear" | "log" | "utc";
  readonly domain: readonly [low: number, high: number];
  /** Values that are marked; nothing where the plot chooses, as for times. */
  readonly ticks: readonly number[] | undefined;
  readonly format: ((value: number) => string) | undefined;
  /** The pixels that the widest label takes. */
  readonly labelWidth: number;
  /** Where a value is, from 0 to 1. */
  at(value: number): number;
}

/** What an axis is to be like. */
export interface ScaleOptions {
  readonly type?: "linear" | "log" | "utc";
  /** About how many ticks; 6 by default. */
  readonly count?: number;
  /** The part of the range to leave free at both ends; 0.03 by default. */
  readonly margin?: number;
  /** Whether only whole numbers are marked, as of epochs. */
  readonly isWhole?: boolean;
}

/** Beyond it, ranges are beyond double precision. */
const largest = 1e300;

/** An axis from a least to a greatest value. Where these are the same, or there are none, it is widened to a range. */
export function scaleOf(least: number, greatest: number, options: ScaleOptions = {}): Scale {
  const { type = "linear", count = 6, margin = 0.03, isWhole = false } = options;
  const limited = (value: number): number => Math.min(Math.max(value, -largest), largest);
  const [from, to] = [limited(least), limited(greatest)];
  const [low, high] = type === "log" ? logDomain(from, to) : domain(from, to, margin);
  const at =
    type === "log"
      ? (value: number) => (Math.log(value) - Math.log(low)) / (Math.log(high) - Math.log(low))
      : (value: number) => (value - low) / (high - low);
  if (type === "utc")
    return { type, domain: [low, high], ticks: undefined, format: undefined, labelWidth: 40, at };
  const ticks =
    type === "log"
      ? logTicks(low, high, count)
      : linearTicks(low, high, isWhole ? Math.min(count, high - low) : count);
  const format = type === "log" ? showNumber : formatFor(ticks);
  const labelWidth = Math.max(0, ...ticks.map((tick) => widthOf(format(tick))));
  return { type, domain: [low, high], ticks, format, labelWidth, at };
}

/** Round numbers from `low` to `high`, about as many as asked for. */
export function linearTicks(low: number, high: number, count: number): number[] {
  const step = niceStep((high - low) / count);
  const first = Math.ceil(low / step);
  const last = Math.floor(high / step);
  const ticks = Array.from({ length: Math.min(last - first + 1, 50) }, (_, i) => {
    const tick = (first + i) * step;
    return Math.abs(tick) < step / 1e6 ? 0 : tick;
  });
  return ticks.length > 0 ? ticks : [low, high];
}

/** Labels that tell these ticks apart, with as few digits as will do. */
export function formatFor(ticks: readonly number[]): (value: number) => string {
  const size = Math.max(...ticks.map(Math.abs));
  const step = ticks.length > 1 ? Math.abs(ticks[1]! - ticks[0]!) : size;
  const place = Math.floor(Math.log10(step) + 1e-9);
  if (size === 0) return () => "0";
  if (size >= 1e15 || size < 1e-4) {
    const digits = Math.min(Math.max(0, Math.floor(Math.log10(size)) - place), 15);
    return (value) => (value === 0 ? "0" : minus(value.toExponential(digits).replace("e+", "e")));
  }
  const [unit, suffix] = (size >= 1e5 &&
    units.find(([unit]) => unit <= size && unit <= step * 100 * (1 + 1e-9))) || [1, ""];
  const digits = Math.min(Math.max(0, Math.round(Math.log10(unit)) - place), 20);
  return (value) => (value === 0 ? "0" : minus(group((value / unit).toFixed(digits))) + suffix);
}

const units: readonly (readonly [number, string])[] = [
  [1e12, "T"],
  [1e9, "G"],
  [1e6, "M"],
  [1e3, "k"],
];

function domain(least: number, greatest: number, margin: number): [number, number] {
  if (!(least <= greatest)) return [0, 1];
  const middle = least / 2 + greatest / 2;
  // Less than this cannot be told apart in double precision.
  const smallest = Math.max(Math.abs(middle) * 1e-12, 1e-300);
  if (greatest - least < smallest) {
    const half = Math.abs(middle) > 1e-290 ? Math.abs(middle) * 0.1 : 1;
    return [middle - half, middle + half];
  }
  const room = (greatest - least) * margin;
  return [least - room, greatest + room];
}

function logDomain(least: number, greatest: number): [number, number] {
  if (!(least > 0 && least <= greatest)) return [0.1, 10];
  if (least < 1 / largest) return logDomain(1 / largest, Math.max(greatest, 1 / largest));
  return greatest / least < 1 + 1e-9 ? [least / 2, greatest * 2] : [least / 1.1, greatest * 1.1];
}

function logTicks(low: number, high: number, count: number): number[] {
  const first = Math.ceil(Math.log10(low));
  const last = Math.floor(Math.log10(high));
  const every = Math.max(1, Math.ceil((last - first + 1) / count));
  const powers: number[] = [];
  for (let power = first; power <= last; power += every) powers.push(Number(`1e${power}`));
  if (powers.length > 2) return powers;
  const between: number[] = [];
  for (let power = first - 1; power <= last; power++)
    for (const factor of [1, 2, 5]) {
      const tick = Number(`${factor}e${power}`);
      if (tick >= low && tick <= high) between.push(tick);
    }
  return between.length > 2 ? between : linearTicks(low, high, count);
}

/** The power of ten, times 1, 2 or 5, that is nearest from above. */
function niceStep(step: number): number {
  const power = Math.floor(Math.log10(step));
  const factor = [1, 2, 5, 10].find((factor) => factor * 10 ** power >= step * (1 - 1e-9)) ?? 10;
  return Number(`${factor}e${power}`);
}
