/** The share of a standard normal distribution that is below `x`. */
export function normalLevel(x: number): number {
  return x < 0 ? tail(-x) : 1 - tail(x);
}

/** The number below which lies a share `level` of a standard normal distribution; `level` is between 0 and 1. */
export function normalQuantile(level: number): number {
  if (level === 0.5 || Number.isNaN(level)) return level - 0.5;
  if (level > 0.5) return -normalQuantile(1 - level);
  // Begins with Hastings' approximation (Approximations for Digital Computers, 1955), to be made exact by Newton's steps.
  const t = Math.sqrt(-2 * Math.log(level));
  let x =
    -t +
    (2.515517 + t * (0.802853 + t * 0.010328)) /
      (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
  for (let i = 0; i < 3; i++) x -= (tail(-x) - level) / density(x);
  return x;
}

function density(x: number): number {
  return Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
}

/** The share above `x`, which is from 0: a series near 0, and a continued fraction further out. */
function tail(x: number): number {
  if (x > 39) return 0;
  if (x < 3) {
    let [term, sum] = [x, x];
    for (let i = 3; term > sum * 1e-17; i += 2) {
      term *= (x * x) / i;
      sum += term;
    }
    return 0.5 - density(x) * sum;
  }
  let fraction = 0;
  for (let i = 60; i > 0; i--) fraction = i / (x + fraction);
  return density(x) / (x + fraction);
}
