import { friedman } from "@nn/datasets";
import { table } from "arquero";

/** How many numbers between 0 and 1 a house is made of. */
const draws = 16;

/**
 * Made-up houses in the columns of the King County sales, for want of the file. Their prices follow from their size, grade,
 * age and place, with a coast in the west, a dear quarter around one point, and some noise, so that there is something
 * to learn; they say nothing about any real house.
 */
export function generatedHouses(rows: number, seed: number): ReturnType<typeof table> {
  // Inputs of this test function are independent and uniform, which is all that is needed here.
  const uniform = friedman({ rows, inputs: draws, seed }).inputs.data;
  const houses = Array.from({ length: rows }, (_, i) =>
    house(i, Array.from(uniform.subarray(i * draws, (i + 1) * draws))),
  );
  const names = Object.keys(houses[0]!) as (keyof (typeof houses)[number])[];
  return table(Object.fromEntries(names.map((name) => [name, houses.map((one) => one[name])])));
}

// Types are those of the file, where ids, dates and zipcodes are texts.
function house(index: number, u: readonly number[]) {
  const normal = (i: number): number =>
    Math.sqrt(-2 * Math.log(u[i]! + 1e-12)) * Math.cos(2 * Math.PI * u[i + 1]!);
  const lat = 47.2 + 0.55 * u[0]!;
  const long = -122.5 + 0.8 * u[1]! ** 1.5;
  const grade = clamp(Math.round(7.5 + 1.2 * normal(2)), 4, 13);
  const living = clamp(
    Math.round(10 ** (3.26 + 0.07 * (grade - 7.5) + 0.12 * normal(4))),
    300,
    9000,
  );
  const basement = u[6]! < 0.4 ? Math.round(living * 0.35 * u[7]!) : 0;
  const built = Math.round(1900 + 115 * u[8]! ** 0.6);
  const day = Math.floor(u[9]! * 380);
  const view = u[10]! < 0.9 ? 0 : Math.ceil((u[10]! - 0.9) * 40);
  const waterfront = view > 2 && long < -122.3 ? 1 : 0;
  const condition = clamp(Math.round(3.4 + normal(11) * 0.6), 1, 5);
  const centre = Math.hypot(lat - 47.61, (long + 122.23) * 0.67);
  const price =
    4.86 +
    0.42 * Math.log10(living / 1000) +
    0.055 * (grade - 7) +
    0.32 * Math.exp(-((centre / 0.11) ** 2)) +
    0.2 * Math.tanh((lat - 47.5) * 12) +
    0.025 * view +
    0.2 * waterfront +
    0.015 * (condition - 3) +
    0.0001 * day +
    0.00001 * (built - 1960) ** 2 +
    0.06 * normal(13) +
    0.5;
  return {
    id: String(7_000_000_000 + index),
    date:
      new Date(Date.UTC(2014, 4, 2 + day)).toISOString().slice(0, 10).replaceAll("-", "") +
      "T000000",
    price: Math.round(10 ** price),
    bedrooms: clamp(Math.round(living / 700 + 1), 1, 8),
    bathrooms: clamp(Math.round(living / 250) / 4, 0.75, 6),
    sqft_living: living,
    sqft_lot: Math.round(living * (1.5 + 6 * u[15]!)),
    floors: u[12]! < 0.5 ? 1 : 2,
    waterfront,
    view,
    condition,
    grade,
    sqft_above: living - basement,
    sqft_basement: basement,
    yr_built: built,
    yr_renovated: u[14]! < 0.04 ? Math.min(2015, built + 40) : 0,
    zipcode: String(98_001 + Math.floor((lat - 47.2) * 18) * 10 + Math.floor((long + 122.5) * 12)),
    lat: Math.round(lat * 1e4) / 1e4,
    long: Math.round(long * 1e3) / 1e3,
    sqft_living15: Math.round(living * (0.85 + 0.3 * u[5]!)),
    sqft_lot15: Math.round(living * 4),
  };
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
