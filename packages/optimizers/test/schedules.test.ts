import type { Schedule } from "@nn/core";
import { describe, expect, it } from "vitest";
import {
  constant,
  cosine,
  cyclical,
  exponentialDecay,
  inverseTimeDecay,
  oneCycle,
  piecewise,
  polynomial,
  warmRestarts,
  warmUp,
} from "../src/index.ts";
import { after } from "./support.ts";

/** The rates before some steps, 10 of which are an epoch. */
function ratesAt(schedule: Schedule, ...steps: readonly number[]): number[] {
  return steps.map((step) => Number(schedule.at(after(step)).toFixed(12)));
}

describe("constant", () => {
  it("is the same at every step", () => {
    expect(ratesAt(constant(0.2), 0, 5, 500)).toEqual([0.2, 0.2, 0.2]);
  });
});

describe("exponentialDecay", () => {
  it("multiplies by the factor once in so many epochs, in between by its root", () => {
    const schedule = exponentialDecay({ initial: 0.8, factor: 0.25, epochs: 2 });
    expect(ratesAt(schedule, 0, 10, 20)).toEqual([0.8, 0.4, 0.2]);
  });

  it("goes down in stairs where that is chosen", () => {
    const schedule = exponentialDecay({ initial: 0.8, factor: 0.25, epochs: 2, staircase: true });
    expect(ratesAt(schedule, 19, 20)).toEqual([0.8, 0.2]);
  });

  it("counts steps where the duration is given in steps, and single epochs where none is given", () => {
    const [bySteps, byEpoch] = [{ steps: 10 }, {}].map((duration) =>
      exponentialDecay({ initial: 1, factor: 0.5, ...duration }),
    );
    expect(ratesAt(bySteps!, 0, 5, 20)).toEqual(ratesAt(byEpoch!, 0, 5, 20));
  });

  it("takes a stair at its step although epochs are fractions", () => {
    const schedule = exponentialDecay({ initial: 1, factor: 0.5, epochs: 0.1, staircase: true });
    expect(ratesAt(schedule, 2, 3, 6, 7)).toEqual([0.25, 0.125, 1 / 64, 1 / 128]);
  });
});

describe("inverseTimeDecay", () => {
  it("divides by a number that grows with the epochs", () => {
    const schedule = inverseTimeDecay({ initial: 1, decay: 0.5 });
    expect(ratesAt(schedule, 0, 20, 60)).toEqual([1, 0.5, 0.25]);
  });

  it("goes down in stairs where that is chosen", () => {
    const schedule = inverseTimeDecay({ initial: 1, decay: 1, epochs: 2, staircase: true });
    expect(ratesAt(schedule, 19, 20)).toEqual([1, 0.5]);
  });
});

describe("piecewise", () => {
  it("changes the rate at each boundary, and keeps the last one", () => {
    const schedule = piecewise({ rates: [0.3, 0.2, 0.1], epochs: [1, 2.5] });
    expect(ratesAt(schedule, 0, 9, 10, 24, 25, 999)).toEqual([0.3, 0.3, 0.2, 0.2, 0.1, 0.1]);
  });

  it("does the same by steps", () => {
    const schedule = piecewise({ rates: [0.3, 0.2, 0.1], steps: [10, 25] });
    expect(ratesAt(schedule, 9, 10, 24, 25)).toEqual([0.3, 0.2, 0.2, 0.1]);
  });
});

describe("cosine and polynomial", () => {
  it("go from the first rate to the last one, and stay there", () => {
    const range = { initial: 0.9, final: 0.1, epochs: 4 };
    expect(ratesAt(cosine(range), 0, 20, 40, 77)).toEqual([0.9, 0.5, 0.1, 0.1]);
    expect(ratesAt(polynomial(range), 0, 10, 20, 40, 77)).toEqual([0.9, 0.7, 0.5, 0.1, 0.1]);
    expect(ratesAt(polynomial({ ...range, power: 2 }), 20)).toEqual([0.3]);
  });
});

describe("warmRestarts", () => {
  it("starts anew after each cycle, and falls with the fraction of the epoch", () => {
    const schedule = warmRestarts({ initial: 1, epochs: 0.2 });
    expect(ratesAt(schedule, 0, 1, 2, 3, 14, 15)).toEqual([1, 0.5, 1, 0.5, 1, 0.5]);
  });

  it("makes each cycle longer by the multiplier", () => {
    const schedule = warmRestarts({ initial: 1, final: 0.2, steps: 2, multiplier: 3 });
    let start = 0;
    for (let length = 2; length < 40_000; length *= 3) {
      const cycle = cosine({ initial: 1, final: 0.2, steps: length });
      const times = [0, length / 2, length - 1];
      const steps = times.map((time) => start + time);
      expect(ratesAt(schedule, ...steps), `from step ${start}`).toEqual(ratesAt(cycle, ...times));
      start += length;
    }
  });
});

describe("cyclical", () => {
  it("rises and falls in straight lines", () => {
    const schedule = cyclical({ lowest: 0.1, highest: 0.5, epochs: 1, rise: 0.2 });
    expect(ratesAt(schedule, 0, 1, 2, 6, 10, 12)).toEqual([0.1, 0.3, 0.5, 0.3, 0.1, 0.5]);
  });

  it("may rise until it jumps down", () => {
    const schedule = cyclical({ lowest: 0, highest: 1, steps: 4, rise: 1 });
    expect(ratesAt(schedule, 0, 1, 2, 3, 4)).toEqual([0, 0.25, 0.5, 0.75, 0]);
  });
});

describe("oneCycle", () => {
  it("ends at the last step and stays there", () => {
    const schedule = oneCycle({ highest: 1, steps: 20, startDivisor: 10, endDivisor: 100 });
    expect(ratesAt(schedule, 0, 5, 19, 20, 500)).toEqual([0.1, 1, 0.001, 0.001, 0.001]);
  });

  it("is the same by epochs", () => {
    const options = { highest: 1, rise: 0.4 };
    const steps = Array.from({ length: 25 }, (_, i) => i);
    expect(ratesAt(oneCycle({ ...options, epochs: 2 }), ...steps)).toEqual(
      ratesAt(oneCycle({ ...options, steps: 20 }), ...steps),
    );
  });

  it("makes do with a run that is too short for its phases", () => {
    expect(ratesAt(oneCycle({ highest: 1, steps: 1 }), 0, 1)).toEqual([0.000004, 0.000004]);
    expect(ratesAt(oneCycle({ highest: 1, steps: 2 }), 0, 1)).toEqual([1, 0.000004]);
    expect(ratesAt(oneCycle({ highest: 1, steps: 9, rise: 0 }), 0, 8)).toEqual([1, 0.000004]);
  });
});

describe("warmUp", () => {
  it("rises to a rate in a straight line", () => {
    expect(ratesAt(warmUp(0.4, { steps: 4 }), 0, 1, 2, 4, 5)).toEqual([0, 0.1, 0.2, 0.4, 0.4]);
    expect(ratesAt(warmUp(0.4, { epochs: 1, from: 0.5 }), 0, 5, 10)).toEqual([0.2, 0.3, 0.4]);
  });

  it("lets the schedule run meanwhile", () => {
    const schedule = warmUp(polynomial({ initial: 1, epochs: 4 }), { epochs: 2 });
    expect(ratesAt(schedule, 10, 20, 30, 40)).toEqual([0.375, 0.5, 0.25, 0]);
  });

  it("or has it wait, in either unit", () => {
    for (const duration of [{ epochs: 2 }, { steps: 20 }])
      for (const other of [{ epochs: 4 }, { steps: 40 }]) {
        const schedule = warmUp(polynomial({ initial: 1, ...other }), {
          ...duration,
          delays: true,
        });
        expect(ratesAt(schedule, 10, 20, 30, 60)).toEqual([0.5, 1, 0.75, 0]);
      }
  });

  it("does not look at what is monitored unless the schedule does", () => {
    const schedule = warmUp(cosine({ initial: 1, epochs: 4 }), { epochs: 1, delays: true });
    const progress = Object.defineProperty({ ...after(15) }, "monitored", {
      get: () => expect.unreachable("to look at it makes fit wait for the end of every epoch"),
    });
    expect(schedule.at(progress)).toBeGreaterThan(0);
  });
});

describe("schedules", () => {
  const wrong: readonly (readonly [() => Schedule, string])[] = [
    [() => constant(Number.NaN), "constant: rate must be a finite number from 0, got NaN"],
    [
      () => exponentialDecay({ initial: -1, factor: 1 }),
      "exponentialDecay: initial must be a finite number from 0, got -1",
    ],
    [
      () => exponentialDecay({ initial: 1, factor: 1, epochs: 2, steps: 2 }),
      "exponentialDecay: give either epochs or steps, got both",
    ],
    [
      () => inverseTimeDecay({ initial: 1, decay: 1, epochs: 0 }),
      "inverseTimeDecay: epochs must be a finite number above 0, got 0",
    ],
    [
      () => inverseTimeDecay({ initial: 1, decay: 1, staircase: 1 as never }),
      "inverseTimeDecay: staircase must be true or false, got 1",
    ],
    [() => cosine({ initial: 1 }), "cosine: give either epochs or steps, got neither"],
    [
      () => cosine({ initial: 1, epochs: "5" as never }),
      'cosine: epochs must be a finite number above 0, got "5"',
    ],
    [
      () => cosine({ initial: 1, epochs: 5, minimum: 0.1 } as never),
      "cosine: there is no option 'minimum'; there are initial, final, epochs, steps",
    ],
    [() => cosine(0.1 as never), "cosine: expected options such as { initial: … }, got 0.1"],
    [
      () => polynomial({ initial: 1, epochs: 5, power: 0 }),
      "polynomial: power must be a finite number above 0, got 0",
    ],
    [
      () => piecewise({ rates: [1, 2], epochs: [1, 2] }),
      "piecewise: expected one rate more than there are boundaries, got 2 rates and 2 epochs",
    ],
    [
      () => piecewise({ rates: [1, 2, 3], steps: [5, 5] }),
      "piecewise: steps must rise, got [5, 5]",
    ],
    [
      () => piecewise({ rates: [1, Number.NaN], steps: [5] }),
      "piecewise: rates[1] must be a finite number from 0, got NaN",
    ],
    [
      () => piecewise({ rates: 1 as never, steps: [5] }),
      "piecewise: rates must be a list of numbers, got 1",
    ],
    [() => piecewise({ rates: [1, 2] }), "piecewise: give either epochs or steps, got neither"],
    [
      () => warmRestarts({ initial: 1, epochs: 5, multiplier: 0.5 }),
      "warmRestarts: multiplier must be from 1, got 0.5",
    ],
    [
      () => cyclical({ lowest: 1, highest: 0.5, epochs: 5 }),
      "cyclical: highest is 0.5, below lowest, 1",
    ],
    [
      () => cyclical({ lowest: 0, highest: 1, epochs: 5, rise: 1.5 }),
      "cyclical: rise must be a share of the cycle, up to 1, got 1.5",
    ],
    [
      () => cyclical({ lowest: 0, highest: 1, epochs: 5, mode: "exp_range" as never }),
      'cyclical: mode must be one of triangular, triangular2, expRange, got "exp_range"',
    ],
    [
      () => cyclical({ lowest: 0, highest: 1, epochs: 5, mode: "expRange" }),
      "cyclical: factor must be a finite number from 0, got undefined",
    ],
    [
      () => cyclical({ lowest: 0, highest: 1, epochs: 5, factor: 0.9 }),
      "cyclical: factor is for mode 'expRange'; mode 'triangular' has none",
    ],
    [
      () => oneCycle({ highest: 1, epochs: 5, rise: 1.1 }),
      "oneCycle: rise must be a share of the run, up to 1, got 1.1",
    ],
    [
      () => oneCycle({ highest: 1, epochs: 5, rise: 0.6, threePhases: true }),
      "oneCycle: rise must be a share of the run, up to 0.5, so that the second phase can be as long",
    ],
    [
      () => oneCycle({ highest: 1, epochs: 5, startDivisor: 0.5 }),
      "oneCycle: startDivisor must be from 1, got 0.5",
    ],
    [
      () => oneCycle({ highest: 1, epochs: 5, shape: "cos" as never }),
      'oneCycle: shape must be one of cosine, linear, got "cos"',
    ],
    [
      () => warmUp(0.1, undefined as never),
      "warmUp: expected options such as { epochs: … }, got undefined",
    ],
    [
      () => warmUp(cosine as never, { epochs: 1 }),
      "warmUp: learningRate must be a finite number from 0, or a schedule such as exponentialDecay({ … }), " +
        "got a function",
    ],
    [() => warmUp(0.1, {}), "warmUp: give either epochs or steps, got neither"],
    [() => warmUp(0.1, { epochs: 1, from: 2 }), "warmUp: from must be a factor up to 1, got 2"],
    [
      () => warmUp("0.1" as never, { epochs: 1 }),
      "warmUp: learningRate must be a finite number from 0, or a schedule",
    ],
  ];
  it.each(wrong.map(([make, message]) => ({ make, message })))(
    "refuse what they cannot use: $message",
    ({ make, message }) => {
      expect(make).toThrow(message);
    },
  );
});
