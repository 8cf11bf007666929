/**
 * Where a function with a single valley is least between two numbers: parabolas through three points where they help,
 * golden sections elsewhere (Brent, Algorithms for Minimization without Derivatives, chapter 5, 1973).
 */
export function minimizeOn(low: number, high: number, cost: (x: number) => number): number {
  const golden = (3 - Math.sqrt(5)) / 2;
  let best = low + golden * (high - low);
  let [second, third] = [best, best];
  let bestCost = cost(best);
  let [secondCost, thirdCost] = [bestCost, bestCost];
  let [step, stepBefore] = [0, 0];
  for (let i = 0; i < 100; i++) {
    const middle = (low + high) / 2;
    const tolerance = 1e-9 * Math.abs(best) + 1e-10;
    if (Math.abs(best - middle) <= 2 * tolerance - (high - low) / 2) break;
    const r = (best - second) * (bestCost - thirdCost);
    const q = (best - third) * (bestCost - secondCost);
    const top = (best - third) * q - (best - second) * r;
    const bottom = 2 * (q - r);
    const parabola = -top / bottom;
    const isFine =
      Math.abs(parabola) < Math.abs(stepBefore / 2) &&
      best + parabola > low + tolerance &&
      best + parabola < high - tolerance;
    stepBefore = isFine ? step : (best < middle ? high : low) - best;
    step = isFine ? parabola : golden * stepBefore;
    if (Math.abs(step) < tolerance) step = Math.sign(step || 1) * tolerance;
    const x = best + step;
    const xCost = cost(x);
    if (xCost <= bestCost) {
      if (x < best) high = best;
      else low = best;
      [third, thirdCost, second, secondCost] = [second, secondCost, best, bestCost];
      [best, bestCost] = [x, xCost];
      continue;
    }
    if (x < best) low = x;
    else high = x;
    if (xCost <= secondCost || second === best) {
      [third, thirdCost, second, secondCost] = [second, secondCost, x, xCost];
    } else if (xCost <= thirdCost || third === best || third === second) {
      [third, thirdCost] = [x, xCost];
    }
  }
  return best;
}
