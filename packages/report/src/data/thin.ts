/** A value of an epoch. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/**
 * At most `most` points that look like all of them: of every stretch, its least and its greatest. Points without a value
 * are left out where others are near.
 */
export function thin(points: readonly Point[], most: number): readonly Point[] {
  if (points.length <= most) return points;
  const stretches = Math.max(Math.floor((most - 2) / 2), 1);
  const found: Point[] = [points[0]!];
  for (let stretch = 0; stretch < stretches; stretch++) {
    const begin = 1 + Math.floor((stretch * (points.length - 2)) / stretches);
    const end = 1 + Math.floor(((stretch + 1) * (points.length - 2)) / stretches);
    let [least, greatest] = [begin, begin];
    for (let i = begin; i < end; i++) {
      if (!(points[i]!.y >= points[least]!.y)) least = i;
      if (!(points[i]!.y <= points[greatest]!.y)) greatest = i;
    }
    found.push(points[Math.min(least, greatest)]!);
    if (least !== greatest) found.push(points[Math.max(least, greatest)]!);
  }
  found.push(points.at(-1)!);
  return found;
}
