/** Raw rows of houses by their columns: dates, words and numbers. */
export type HouseColumns = { readonly [name: string]: readonly (number | string)[] };

/** Houses whose prices follow from the rest. */
export function houses(count: number): HouseColumns {
  const rows = Array.from({ length: count }, (_, i) => i);
  const area = rows.map((i) => 50 + ((i * 37) % 151));
  const lat = rows.map((i) => ((i * 53) % 97) / 97);
  const zipcode = rows.map((i) => ["98001", "98103", "98178"][(i * 29) % 3]!);
  const date = rows.map((i) => `2014${String(1 + (i % 12)).padStart(2, "0")}15T000000`);
  const price = rows.map((i) => Math.round(2000 * area[i]! * (1 + lat[i]!) + 1000 * (i % 7)));
  return { area, lat, zipcode, date, price };
}
