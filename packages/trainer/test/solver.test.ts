import {
  jit,
  mul,
  type Probe,
  type Problem,
  type Solver,
  square,
  sub,
  sum,
  type Tensor,
  type TensorMap,
  type Training,
  valueAndGradient,
} from "@nn/core";
import { constant, dense } from "@nn/layers-dense";
import { sgd } from "@nn/optimizers";
import { describe, expect, it } from "vitest";
import { firstOrder, fit, stepProgram } from "../src/index.ts";
import { lineData, lineOptions, meanSquare, valuesOf, xorOptions } from "./support.ts";

/** Gradient descent on the sum of squared residuals over all rows, several programs a step, as a stranger would write it. */
function residualDescent(rate: number, seen: Problem[]): Solver {
  return {
    kind: "@nn/trainer/test#residualDescent",
    config: { rate },
    async prepare(problem): Promise<Training> {
      seen.push(problem);
      let { parameters } = problem;
      const { state, data, key } = problem;
      const total = (values: TensorMap): Tensor =>
        sum(square(problem.residuals!(values, state, data, key)));
      const step = jit(valueAndGradient(total));
      const move = jit((values: TensorMap, slopes: TensorMap): TensorMap =>
        Object.fromEntries(
          Object.entries(values).map(([path, value]) => [
            path,
            sub(value, mul(slopes[path]!, rate)),
          ]),
        ),
      );
      return {
        async run(chunk) {
          const losses: number[] = [];
          for (const _ of chunk.progress) {
            const [value, slopes] = step(parameters);
            parameters = move(parameters, slopes);
            losses.push((await value.read())[0]!);
          }
          return { losses, partials: {} };
        },
        get parameters() {
          return parameters;
        },
        state,
        memory: {},
        restore: (values) => void (parameters = values),
      };
    },
  };
}

describe("fit", () => {
  it("trains with a solver of one's own, through residuals", async () => {
    const seen: Problem[] = [];
    const rates: number[] = [];
    const options = lineOptions({
      optimizer: residualDescent(0.05, seen),
      batchSize: 10,
      epochs: 200,
      callbacks: [{ progress: ({ rate }) => void rates.push(rate) }],
    });
    const { history, steps } = await fit(options);
    expect(history.loss.at(-1)).toBeLessThan(1e-3);
    expect(steps).toBe(200);
    expect(rates.every(Number.isNaN)).toBe(true);
    expect(seen[0]!.declarations.map(({ path }) => path)).toEqual(["weights", "bias"]);
    expect(await stepProgram(options)).toBeUndefined();
  });

  it("gives a solver residuals that count as much as their rows do", async () => {
    const seen: Problem[] = [];
    const model = dense(1, { bias: false, weights: { initializer: constant(1) } });
    const data = { inputs: [[1], [3]], targets: [[0], [0]], weights: [4, 1] };
    const { history } = await fit(
      xorOptions({ model, data, optimizer: residualDescent(0, seen), epochs: 1 }),
    );
    expect(history.loss).toEqual([4 * 1 + 9]);
  });

  it("refuses what a solver does not report", async () => {
    const silent = (losses: readonly number[]): Solver => {
      const solver = residualDescent(0, []);
      return {
        ...solver,
        async prepare(problem) {
          const training = await solver.prepare(problem);
          return Object.assign(training, { run: async () => ({ losses, partials: {} }) });
        },
      };
    };
    const kind = "@nn/trainer/test#residualDescent";
    const run = (changes: Partial<Parameters<typeof lineOptions>[0]>) =>
      fit(lineOptions({ optimizer: silent([1]), epochs: 1, ...changes }));
    await expect(run({ optimizer: silent([]) })).rejects.toThrow(
      `fit: ${kind} reported 0 losses for 1 steps; it must be as many`,
    );
    await expect(run({ metrics: [meanSquare()] })).rejects.toThrow(
      `fit: ${kind} reported nothing of the metric 'meanSquare'; pass exactFigures: true`,
    );
    const probe: Probe = { name: "bias", every: 1, measure: (step) => step.parameters["bias"]! };
    await expect(run({ callbacks: [{ probes: [probe] }] })).rejects.toThrow(
      `fit: ${kind} reported nothing of the probe 'bias'; leave out what has probes`,
    );
    const { history } = await run({ metrics: [meanSquare()], exactFigures: true });
    expect(history["meanSquare"]).toHaveLength(1);
  });

  it("limits gradients when the optimizer is told to", async () => {
    const options = lineOptions({ epochs: 1, batchSize: 10, data: { ...lineData } });
    const start = await fit({ ...options, optimizer: sgd({ learningRate: 0 }) });
    const moved = await fit({
      ...options,
      optimizer: firstOrder(sgd({ learningRate: 1 }), { clipNorm: 0.01 }),
    });
    const [before, after] = [await valuesOf(start.parameters), await valuesOf(moved.parameters)];
    const distance = Object.keys(before).flatMap((path) =>
      before[path]!.map((x, i) => x - after[path]![i]!),
    );
    expect(Math.hypot(...distance)).toBeCloseTo(0.01, 5);
  });
});
