import * as fc from "fast-check";
import { expect, it } from "vitest";
import {
  boxes,
  type Chart,
  curves,
  dependence,
  importanceBars,
  map,
  predictedAgainstTrue,
  residuals,
  scatter,
  surface,
} from "../src/index.ts";
import { elements } from "./support.ts";

const missing = fc.constantFrom(null, undefined, Number.NaN, Infinity, -Infinity);
const number = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.constantFrom(0, -0, 1e-320, 1e308, 5, 5, 5),
  missing,
);
const word = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom("<b>", "2014-10-13", "a", "a", "__proto__"),
);
const value = fc.oneof(number, word, fc.date(), fc.boolean(), fc.bigInt());

/** Columns of the same length. */
function columns<T>(of: fc.Arbitrary<T>, count: number): fc.Arbitrary<T[][]> {
  return fc
    .integer({ min: 0, max: 40 })
    .chain((length) =>
      fc.tuple(
        ...Array.from({ length: count }, () =>
          fc.array(of, { minLength: length, maxLength: length }),
        ),
      ),
    );
}

function checkDrawn({ svg }: Chart): void {
  for (const { attributes } of elements(svg))
    for (const [name, text] of Object.entries(attributes))
      if (!name.startsWith("aria-")) expect(text, name).not.toMatch(/NaN|undefined|Infinity|null/);
}

it("draws points of any numbers, few and many", () => {
  fc.assert(
    fc.property(columns(number, 3), fc.boolean(), ([a, b, c], isMany) => {
      const [x, y, z] = [a!, b!, c!].map((column) =>
        isMany ? Array.from({ length: 1100 }, () => column).flat() : column,
      );
      checkDrawn(
        scatter({
          x: { name: "x", values: x! },
          y: { name: "y", values: y! },
          colour: { name: "z", values: z! },
        }),
      );
      checkDrawn(predictedAgainstTrue({ truth: x!, predicted: y! }));
      checkDrawn(
        map(
          { latitude: x!, longitude: y!, colour: { name: "z", values: z! } },
          { diverging: isMany },
        ),
      );
    }),
    { numRuns: 15 },
  );
});

it("draws residuals over features of any values, and boxes of them", () => {
  fc.assert(
    fc.property(columns(number, 2), fc.infiniteStream(value), ([truth, predicted], values) => {
      const feature = [...values.take(truth!.length)];
      checkDrawn(
        residuals(
          { truth: truth!, predicted: predicted! },
          { over: { name: "x", values: feature } },
        ),
      );
      checkDrawn(boxes({ a: truth!, b: feature }));
    }),
    { numRuns: 20 },
  );
});

it("draws curves, importance and dependence of any numbers", () => {
  const history = fc.dictionary(
    fc.constantFrom("loss", "validation/loss", "r2"),
    fc.array(fc.oneof(fc.double(), fc.constant(null))),
  );
  const scale = fc.constantFrom("auto", "linear", "log");
  fc.assert(
    fc.property(
      fc.array(history),
      scale,
      fc.array(fc.double()),
      columns(fc.double(), 2),
      (folds, scale, means, [x, y]) => {
        const run = {
          folds: [{ history: { loss: [1] } }, ...folds.map((history) => ({ history }))],
        };
        checkDrawn(curves([run], { figure: "loss", scale }));
        checkDrawn(curves([run, run], { figure: "loss", scale }));
        checkDrawn(
          importanceBars({
            features: means.map((mean) => ({ name: "f", mean, share: mean, deviation: mean })),
          }),
        );
        checkDrawn(dependence({ axes: [{ name: "x", values: x! }], average: y!, curves: [y!] }));
        const ascending = [...new Set(x!.map(Math.fround).filter(Number.isFinite))].toSorted(
          (a, b) => a - b,
        );
        const average = ascending.flatMap(() => [1, Number.NaN]);
        checkDrawn(
          surface({
            axes: [
              { name: "x", values: ascending },
              { name: "y", values: ["a", "b"] },
            ],
            average,
          }),
        );
      },
    ),
    { numRuns: 20 },
  );
});
