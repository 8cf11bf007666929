import { friedman } from "@nn/datasets";
import { tableOf } from "@nn/trainer-kfold";
import type { Table } from "@nn/core";

const rows = 600;
const draws = 8;

/** Made-up houses, whose prices follow from what is known of them with some noise; the same ones every time. */
export function madeUpHouses(): Table {
  // Inputs of this test function are independent and uniform, which is all that is needed here.
  const uniform = friedman({ rows, inputs: draws, seed: 1 }).inputs.data;
  const houses = Array.from({ length: rows }, (_, row) => {
    const [size, lot, age, place, day, renovated, luck, other] = uniform.subarray(
      row * draws,
      (row + 1) * draws,
    ) as unknown as [number, number, number, number, number, number, number, number];
    const district = ["harbour", "centre", "hills", "plain"][Math.floor(place * 4)]!;
    const area = Math.round(45 + 220 * size ** 1.5);
    const year = Math.round(1920 + 100 * age);
    const worth = { harbour: 1.4, centre: 1.25, hills: 1.1, plain: 0.85 }[district]!;
    const noise = 0.92 + 0.08 * (luck + other);
    return {
      id: `H${String(row + 1).padStart(4, "0")}`,
      sold: new Date(Date.UTC(2025, 0, 1 + Math.floor(day * 365))).toISOString().slice(0, 10),
      district,
      area,
      lot: Math.round(area * (1 + 5 * lot)),
      built: year,
      renovated: renovated < 0.2,
      price:
        Math.round(
          1.2 *
            area ** 1.15 *
            worth *
            (1 + 0.002 * (year - 1920)) *
            (renovated < 0.2 ? 1.1 : 1) *
            noise,
        ) * 1000,
    };
  });
  const names = Object.keys(houses[0]!) as (keyof (typeof houses)[number])[];
  return tableOf(
    Object.fromEntries(names.map((name) => [name, houses.map((house) => house[name])])),
  );
}
