import { describe, expect, it } from "vitest";
import { cosine, reduceOnPlateau, type ReduceOnPlateauOptions, warmUp } from "../src/index.ts";
import { after } from "./support.ts";

/** The rate at the start of each epoch, and after the last one. */
function ratesAfter(values: readonly number[], options: ReduceOnPlateauOptions): number[] {
  const schedule = reduceOnPlateau(1, options);
  return [0, ...values].map((_, epoch) =>
    schedule.at({ ...after(epoch * 10), monitored: values.slice(0, epoch) }),
  );
}

describe("reduceOnPlateau", () => {
  it("lowers the rate when more epochs than its patience have passed without an improvement", () => {
    const values = [5, 4, 4, 4, 4, 4];
    expect(ratesAfter(values, { factor: 0.5, patience: 2 })).toEqual([1, 1, 1, 1, 1, 0.5, 0.5]);
    expect(ratesAfter(values, { factor: 0.5, patience: 0 })).toEqual([
      1, 1, 1, 0.5, 0.25, 0.125, 0.0625,
    ]);
  });

  it("starts counting anew with an improvement that exceeds the threshold", () => {
    const values = [1, 0.95, 0.89, 0.85, 0.795];
    const options = { factor: 0.5, patience: 1, threshold: 0.1 };
    expect(ratesAfter(values, options).at(-1)).toBe(1);
    expect(ratesAfter(values, { ...options, thresholdMode: "absolute" }).at(-1)).toBe(0.5);
  });

  it("takes figures below 0, such as a negated accuracy, to be better when they are less", () => {
    expect(ratesAfter([-0.5, -0.6, -0.6, -0.599], { patience: 1, threshold: 0.01 })).toEqual([
      1, 1, 1, 1, 0.1,
    ]);
  });

  it("takes NaN for no improvement", () => {
    expect(ratesAfter([Number.NaN, 1, Number.NaN, 1], { factor: 0.5, patience: 0 })).toEqual([
      1, 0.5, 0.5, 0.25, 0.125,
    ]);
  });

  it("leaves the rate alone without anything monitored, or after it has reached the lowest", () => {
    expect(reduceOnPlateau(0.3).at(after(500))).toBe(0.3);
    expect(ratesAfter([1, 1, 1], { factor: 0.5, patience: 0, lowest: 0.4 })).toEqual([
      1, 1, 0.5, 0.4,
    ]);
  });

  it("does not raise a schedule's own rate to the lowest", () => {
    const schedule = reduceOnPlateau(warmUp(1, { epochs: 1 }), { lowest: 0.5 });
    expect(schedule.at(after(2))).toBe(0.2);
  });

  it("lowers what another schedule says", () => {
    const schedule = reduceOnPlateau(cosine({ initial: 1, epochs: 4 }), { patience: 0 });
    expect(schedule.at({ ...after(20), monitored: [1, 1] })).toBeCloseTo(0.05, 15);
  });

  it("goes through a list that grows only once", () => {
    let reads = 0;
    const monitored = new Proxy<number[]>([], {
      get(list, key, receiver) {
        if (typeof key === "string" && /^\d+$/.test(key)) reads++;
        return Reflect.get(list, key, receiver) as unknown;
      },
    });
    const schedule = reduceOnPlateau(1, { patience: 3 });
    for (let step = 0; step < 3000; step++) {
      if (step % 10 === 9) monitored.push(1 / (step + 1));
      schedule.at({ ...after(step), monitored });
    }
    expect(reads).toBeLessThan(2 * 3000 + 300);
  });

  it("gives the rates of a new schedule after the list was set back, replaced or resumed", () => {
    const options = { factor: 0.5, patience: 1 };
    const schedule = reduceOnPlateau(1, options);
    const rateAt = (monitored: readonly number[]) => schedule.at({ ...after(0), monitored });
    const fresh = (monitored: readonly number[]) =>
      reduceOnPlateau(1, options).at({ ...after(0), monitored });
    const values = [3, 2, 2.5, 2.5, 2.5, 2.5];
    expect(rateAt(values)).toBe(fresh(values));
    values.length = 2;
    expect(rateAt(values)).toBe(fresh([3, 2]));
    values.splice(0, 2, 1, 1, 1, 1);
    expect(rateAt(values)).toBe(fresh([1, 1, 1, 1]));
    expect(rateAt([3, 2, 2.5])).toBe(1);
    expect(rateAt(values)).toBe(fresh(values));
  });

  it("serves several runs at a time", () => {
    const shared = reduceOnPlateau(1, { factor: 0.5, patience: 0 });
    const runs: number[][] = [[], []];
    for (let epoch = 0; epoch < 20; epoch++)
      for (const [i, monitored] of runs.entries()) {
        const alone = reduceOnPlateau(1, { factor: 0.5, patience: 0 });
        const progress = { ...after(epoch * 10), monitored };
        expect(shared.at(progress)).toBe(alone.at(progress));
        monitored.push(Math.cos(epoch * (i + 1)));
      }
    expect(shared.at({ ...after(200), monitored: runs[0]! })).not.toBe(
      shared.at({ ...after(200), monitored: runs[1]! }),
    );
  });

  it("refuses options that it cannot use", () => {
    const wrong: readonly [unknown, string][] = [
      [{ factor: 1 }, "reduceOnPlateau: factor must be below 1, got 1"],
      [{ factor: 0 }, "reduceOnPlateau: factor must be a finite number above 0, got 0"],
      [
        { patience: 1.5 },
        "reduceOnPlateau: patience must be a whole number of epochs from 0, got 1.5",
      ],
      [{ patience: "3" }, 'patience must be a whole number of epochs from 0, got "3"'],
      [{ cooldown: -1 }, "reduceOnPlateau: cooldown must be a whole number of epochs from 0"],
      [
        { threshold: Number.NaN },
        "reduceOnPlateau: threshold must be a finite number from 0, got NaN",
      ],
      [
        { thresholdMode: "rel" },
        'reduceOnPlateau: thresholdMode must be one of relative, absolute, got "rel"',
      ],
      [{ min_lr: 0.1 }, "reduceOnPlateau: there is no option 'min_lr'"],
    ];
    for (const [options, message] of wrong)
      expect(() => reduceOnPlateau(1, options as ReduceOnPlateauOptions)).toThrow(message);
  });
});
