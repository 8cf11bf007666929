/** What the network answers at a point of the plane. */
export interface Point {
  readonly x: number;
  readonly y: number;
  readonly answer: number;
}

const size = 480;
const margin = 56;

/** Cells in the colour of their answers, from blue for 0 over white to orange for 1, with some points on top. */
export function drawSurface(
  cells: readonly Point[],
  points: readonly Point[],
  range: readonly [number, number],
): string {
  const [low, high] = range;
  const side = Math.sqrt(cells.length);
  const unit = size / (high - low);
  const across = (x: number): number => round(margin + (x - low) * unit);
  const down = (y: number): number => round(margin + (high - y) * unit);
  const step = size / side;
  const surface = cells.map(
    ({ x, y, answer }) =>
      `<rect x="${round(across(x) - step / 2)}" y="${round(down(y) - step / 2)}" ` +
      `width="${round(step + 0.5)}" height="${round(step + 0.5)}" fill="${colour(answer)}"/>`,
  );
  const marks = points.map(
    ({ x, y, answer }) =>
      `<circle cx="${across(x)}" cy="${down(y)}" r="22" fill="#fff" stroke="#333"/>` +
      `<text x="${across(x)}" y="${down(y) + 5}">${answer.toFixed(2)}</text>`,
  );
  const ticks = [0, 0.5, 1].flatMap((tick) => [
    `<text x="${across(tick)}" y="${margin + size + 24}">${tick}</text>`,
    `<text x="${margin - 24}" y="${down(tick) + 5}">${tick}</text>`,
  ]);
  const total = size + 2 * margin;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${total} ${total}" ` +
      `font-family="sans-serif" font-size="14" text-anchor="middle">`,
    `<rect width="${total}" height="${total}" fill="#fff"/>`,
    `<text x="${total / 2}" y="${margin - 24}">Answers of the network: blue is 0, orange is 1</text>`,
    ...surface,
    ...marks,
    ...ticks,
    "</svg>",
    "",
  ].join("\n");
}

/** Blue for 0, white for 0.5, orange for 1. */
function colour(answer: number): string {
  const ends = answer < 0.5 ? [49, 110, 180] : [224, 122, 30];
  const share = Math.min(Math.abs(answer - 0.5) * 2, 1);
  return `rgb(${ends.map((end) => Math.round(255 + (end - 255) * share)).join(",")})`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
