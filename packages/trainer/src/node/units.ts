/** Milliseconds as people write a duration. */
export function duration(milliseconds: number): string {
  if (milliseconds < 1) return `${(milliseconds * 1000).toFixed(1)} µs`;
  if (milliseconds < 1000) return `${milliseconds.toFixed(1)} ms`;
  const whole = Math.round(milliseconds / 1000);
  if (whole < 100) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 100) return `${minutes} min ${whole % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** The same in seconds at least, for what changes all the time. */
export function seconds(milliseconds: number): string {
  return milliseconds < 9950 ? `${(milliseconds / 1000).toFixed(1)} s` : duration(milliseconds);
}

/** A figure in four digits. JSON has turned what is not finite into `null`. */
export function digits(value: number | null | undefined, count = 4): string {
  return (value ?? Number.NaN).toPrecision(count);
}
