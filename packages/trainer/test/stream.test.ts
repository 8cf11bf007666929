import { js } from "@nn/backend-js";
import {
  type Backend,
  type Callback,
  defineBackend,
  type StoredModel,
  tensor,
  type Tensor,
} from "@nn/core";
import { dense } from "@nn/layers-dense";
import { describe, expect, it } from "vitest";
import {
  type DataSet,
  type DataStream,
  evaluate,
  fit,
  type FitOptions,
  type FitResult,
  stepProgram,
  stream,
  type StreamOptions,
  takeRows,
} from "../src/index.ts";
import { throughFile } from "./json-format.ts";
import { lineOptions, meanSquare, valuesOf } from "./support.ts";

type Options = FitOptions<Tensor, Tensor, Tensor>;

const rows = 50;
const data = {
  inputs: Array.from({ length: rows }, (_, i) => [((i * 7) % rows) / rows, ((i * 11) % 17) / 17]),
  targets: Array.from({ length: rows }, (_, i) => [Math.sin(i)]),
  weights: Float32Array.from({ length: rows }, (_, i) => (i < 9 ? 0 : 1 + (i % 3))),
};

/** The rows from one number up to another. */
function part(from: number, to: number, of: DataSet = data): DataSet {
  return takeRows(
    of,
    Array.from({ length: to - from }, (_, i) => from + i),
  );
}

/** A stream of blocks of these sizes, over and over, which takes notes. */
function streamOf(
  sizes: readonly number[],
  changes: Partial<StreamOptions> = {},
): { data: DataStream; log: string[] } {
  const log: string[] = [];
  async function* blocks(epoch: number): AsyncGenerator<DataSet> {
    log.push(`epoch ${epoch}`);
    try {
      for (let from = 0, i = 0; from < rows; i++) {
        const to = Math.min(rows, from + sizes[i % sizes.length]!);
        await Promise.resolve();
        log.push(`${from}-${to}`);
        yield part(from, to);
        from = to;
      }
      log.push("done");
    } finally {
      log.push("closed");
    }
  }
  return { data: stream({ rows, blocks, blockRows: 12, ...changes }), log };
}

/** 13 steps an epoch, in blocks of 3 steps. */
function options(changes: Partial<Options> = {}): Options {
  return lineOptions({ data, batchSize: 4, epochs: 3, metrics: [meanSquare()], ...changes });
}

async function outcome({ parameters, history, steps, ended }: FitResult<Tensor, Tensor>) {
  return { parameters: await valuesOf(parameters), history, steps, ended };
}

/** Counts the bytes that are on the backend. */
function metered(): { backend: Backend; bytes: () => number; most: () => number } {
  const { executable: _, ...spec } = js();
  const sizes = new Map<unknown, number>();
  let bytes = 0;
  let most = 0;
  const backend = defineBackend({
    ...spec,
    upload(values, type) {
      const buffer = spec.upload(values, type);
      // Rows are what is large here.
      if (type.shape.length > 0 && type.dtype === "f32") {
        sizes.set(buffer, values.byteLength);
        most = Math.max(most, (bytes += values.byteLength));
      }
      return buffer;
    },
    release(buffer) {
      bytes -= sizes.get(buffer) ?? 0;
      sizes.delete(buffer);
      spec.release?.(buffer);
    },
  });
  return { backend, bytes: () => bytes, most: () => most };
}

describe("a stream", () => {
  it.each([[[50]], [[1]], [[12]], [[4]], [[5, 20, 3]], [[49, 1]], [[24, 26]]])(
    "in blocks of %j trains to the same bits as data in memory",
    async (sizes) => {
      const expected = await outcome(await fit(options({ shuffle: false })));
      const { data: streamed, log } = streamOf(sizes);
      expect(await outcome(await fit(options({ data: streamed, shuffle: false })))).toEqual(
        expected,
      );
      expect(log.filter((line) => line.startsWith("epoch"))).toEqual([
        "epoch 0",
        "epoch 1",
        "epoch 2",
      ]);
      expect(log.filter((line) => line === "done")).toHaveLength(3);
      expect(log.at(-1)).toBe("closed");
    },
  );

  it("of one block is shuffled as data in memory is", async () => {
    const { data: streamed } = streamOf([7], { blockRows: 1000 });
    expect(await outcome(await fit(options({ data: streamed })))).toEqual(
      await outcome(await fit(options())),
    );
  });

  it("is shuffled within its blocks, in another order each epoch", async () => {
    const seen: number[][] = [];
    const order: FitOptions<Tensor, Tensor, Tensor>["optimizer"] = {
      kind: "@nn/trainer/test#order",
      config: {},
      prepare: async (problem) => ({
        parameters: problem.parameters,
        state: problem.state,
        memory: {},
        restore() {},
        async run(chunk) {
          const { inputs } = chunk.data as { inputs: Tensor };
          const values = await inputs.read();
          seen.push(Array.from(chunk.rows, (row) => Math.round(values[2 * row]! * rows)));
          const steps = chunk.progress.length;
          return { losses: new Float64Array(steps), partials: { weight: new Float64Array(steps) } };
        },
      }),
    };
    const { data: streamed } = streamOf([20]);
    await fit(options({ data: streamed, optimizer: order, metrics: [], epochs: 2 }));
    const all = seen.flat();
    const numbers = (from: number, to: number): number[] =>
      Array.from({ length: to - from }, (_, i) => ((from + i) * 7) % rows).sort((x, y) => x - y);
    const sorted = (from: number, to: number): number[] =>
      all.slice(from, to).sort((x, y) => x - y);
    for (const start of [0, 50])
      for (const [from, to] of [
        [0, 12],
        [12, 24],
        [24, 36],
        [36, 48],
        [48, 50],
      ] as const)
        expect(sorted(start + from, start + to)).toEqual(numbers(from, to));
    expect(all.slice(0, 12)).not.toEqual(all.slice(50, 62));
    expect(all.slice(0, 12)).not.toEqual(Array.from({ length: 12 }, (_, i) => (i * 7) % rows));
  });

  it("has two blocks on the backend at most, and none in the end", async () => {
    const blockBytes = 12 * 4 * (2 + 1 + 1);
    for (const [epochs, sizes] of [
      [1, [50]],
      [4, [5]],
    ] as const) {
      const { backend, most, bytes } = metered();
      const before = metered();
      await fit(options({ backend: before.backend, data: part(10, 14), epochs }));
      const own = before.most() - 4 * 4 * 4;
      const { data: streamed } = streamOf(sizes);
      const { parameters } = await fit(options({ backend, data: streamed, epochs }));
      expect(most()).toBeLessThanOrEqual(own + 2 * blockBytes);
      expect(most()).toBeGreaterThan(own + blockBytes);
      for (const value of Object.values(parameters)) value.dispose();
      expect(bytes()).toBeLessThanOrEqual(own);
    }
  });

  it("is read one block ahead", async () => {
    const { data: streamed, log } = streamOf([12]);
    await fit(
      options({
        data: streamed,
        epochs: 1,
        callbacks: [{ progress: ({ step }) => void log.push(`step ${step}`) }],
      }),
    );
    expect(log.indexOf("12-24")).toBeLessThan(log.findIndex((line) => line.startsWith("step")));
    // The next block is read while the first one is trained on, and no block beyond that.
    expect(log.indexOf("36-48")).toBeGreaterThan(log.indexOf("step 3"));
  });

  it("takes nested arrays, arrays with shapes, tensors and trees", async () => {
    const backend = js();
    const expected = await outcome(await fit(options({ backend, shuffle: false })));
    const forms: ((block: typeof data) => DataSet)[] = [
      (block) => ({
        inputs: { data: Float32Array.from(block.inputs.flat()), shape: [block.inputs.length, 2] },
        targets: {
          data: Float64Array.from(block.targets.flat()),
          shape: [block.targets.length, 1],
        },
        weights: Array.from(block.weights),
      }),
      (block) => ({
        inputs: tensor(backend, block.inputs),
        targets: block.targets.map((row) => Float32Array.from(row)),
        weights: tensor(backend, block.weights),
      }),
    ];
    for (const form of forms) {
      const blocks = function* (): Generator<DataSet> {
        for (let from = 0; from < rows; from += 9)
          yield form(part(from, Math.min(rows, from + 9)) as typeof data);
      };
      const streamed = stream({ rows, blocks, blockRows: 12 });
      expect(
        await outcome(await fit(options({ backend, data: streamed, shuffle: false }))),
      ).toEqual(expected);
    }
  });

  it("goes on to the same bits from a snapshot, wherever it was taken", async () => {
    const expected = await outcome(await fit(options({ data: streamOf([7]).data })));
    for (const at of [1, 2, 4, 7, 9]) {
      let taken: StoredModel | undefined;
      let calls = 0;
      let run: Parameters<NonNullable<Callback["start"]>>[0];
      const interruption: Callback = {
        start: (info) => void (run = info),
        async progress() {
          if (++calls !== at) return;
          taken = throughFile(await run.snapshot());
          throw new Error("killed");
        },
      };
      const first = streamOf([7]);
      await expect(fit(options({ data: first.data, callbacks: [interruption] }))).rejects.toThrow(
        "killed",
      );
      expect(first.log.at(-1)).toBe("closed");
      // Blocks may come in other sizes.
      const resumed = await fit(options({ data: streamOf([9]).data, resume: taken! }));
      expect(await outcome(resumed)).toEqual(expected);
    }
  });

  it("is refused by a snapshot of blocks of another size", async () => {
    let taken: StoredModel | undefined;
    let run: Parameters<NonNullable<Callback["start"]>>[0];
    const callback: Callback = {
      start: (info) => void (run = info),
      epoch: async () => void (taken ??= throughFile(await run.snapshot())),
    };
    await fit(options({ data: streamOf([7]).data, callbacks: [callback] }));
    const other = streamOf([7], { blockRows: 20 }).data;
    await expect(fit(options({ data: other, resume: taken! }))).rejects.toThrow(
      "blockRows is 20 here and was 12",
    );
  });

  it("can be validated on and evaluated, to the figures of data in memory", async () => {
    const expected = await outcome(
      await fit(options({ shuffle: false, validation: data, exactFigures: true })),
    );
    const result = await fit(
      options({
        data: streamOf([7]).data,
        validation: streamOf([3]).data,
        exactFigures: true,
        shuffle: false,
      }),
    );
    expect(result.history).toEqual(expected.history);
    const whole = await result.evaluate(data);
    expect(await result.evaluate(streamOf([30]).data)).toEqual(whole);
    const { loss } = options();
    expect(await evaluate(dense(1), result, streamOf([8]).data, { loss })).toMatchObject({
      loss: whole.loss,
    });
    const small = await evaluate(dense(1), result, streamOf([8]).data, { loss, batchSize: 3 });
    expect(small.loss).toBeCloseTo(whole.loss, 6);
  });

  it("ends its reading when training ends early", async () => {
    const stopped = streamOf([5]);
    const result = await fit(options({ data: stopped.data, callbacks: [{ epoch: () => "stop" }] }));
    expect(result.epochs).toBe(1);
    expect(stopped.log.at(-1)).toBe("closed");
    const aborted = streamOf([5]);
    const controller = new AbortController();
    const callbacks = [{ progress: () => controller.abort() }];
    const cut = await fit(options({ data: aborted.data, callbacks, signal: controller.signal }));
    expect([cut.ended, aborted.log.at(-1)]).toEqual(["signal", "closed"]);
  });

  it("shows the program of its steps", async () => {
    const { data: streamed, log } = streamOf([5]);
    expect(await stepProgram(options({ data: streamed }))).toBeDefined();
    expect(log.at(-1)).toBe("closed");
  });

  it("keeps what was reached when it breaks", async () => {
    let isClosed = false;
    const blocks = async function* (epoch: number): AsyncGenerator<DataSet> {
      try {
        yield part(0, 25);
        if (epoch === 1) throw new Error("the disk is gone");
        yield part(25, rows);
      } finally {
        isClosed = true;
      }
    };
    const { backend, bytes } = metered();
    const broken = stream({ rows, blocks, blockRows: 12 });
    const error: unknown = await fit(options({ backend, data: broken })).catch(
      (reason: unknown) => reason,
    );
    expect((error as Error).message).toBe("the disk is gone");
    const { result } = error as { result: FitResult<Tensor, Tensor> };
    expect([result.ended, result.steps, result.epochs]).toEqual(["error", 19, 1]);
    expect(isClosed).toBe(true);
    for (const value of Object.values(result.parameters)) value.dispose();
    expect(bytes()).toBeLessThan(2 * 12 * 16);
  });

  it("that cannot be closed is an error, after training", async () => {
    const blocks = (): Iterable<DataSet> => ({
      [Symbol.iterator]: () => ({
        next: () => ({ done: false, value: part(0, rows) }),
        return: () => {
          throw new Error("the disk is gone");
        },
      }),
    });
    const endless = stream({ rows: 2 * rows, blocks, blockRows: 12 });
    const callbacks: Callback[] = [{ progress: () => Promise.reject(new Error("stopped")) }];
    await expect(fit(options({ data: endless, callbacks }))).rejects.toThrow("stopped");
    const signal = AbortSignal.abort();
    const error: unknown = await fit(options({ data: endless, signal })).catch((e: unknown) => e);
    expect(error).toMatchObject({ message: "the disk is gone", result: { steps: 0 } });
  });

  it("that cannot be closed says what went wrong before", async () => {
    const blocksOf = (value: DataSet): Iterable<DataSet> => ({
      [Symbol.iterator]: () => ({
        next: () => ({ done: false, value }),
        return: () => {
          throw new Error("the disk is gone");
        },
      }),
    });
    const wrong = { inputs: [["x"]], targets: [[1]] } as unknown as DataSet;
    const begun = stream({ rows: 3, blocks: () => blocksOf(wrong), blockRows: 1 });
    await expect(fit(options({ data: begun, batchSize: 1 }))).rejects.toThrow("data[0][0] is x");
    const wide = stream({ rows: 200, blocks: () => blocksOf(part(0, rows)), blockRows: 12 });
    const { backend, loss } = options();
    const model = { ...dense(1), apply: () => expect.fail("cannot be applied") };
    const variables = { parameters: {}, state: {} };
    await expect(
      evaluate(model, variables, wide, { loss, backend, batchSize: 12 }),
    ).rejects.toThrow("cannot be applied");
  });

  it("that is validated on is looked at as a whole", async () => {
    const targets = data.targets.map((row, at) => (at === 34 ? [Number.NaN] : row));
    const damaged = stream({ rows, blocks: () => [{ ...data, targets }], blockRows: 12 });
    const validated = (lint: boolean): Promise<FitResult<Tensor, Tensor>> =>
      fit(options({ validation: damaged, lint }));
    await expect(validated(true)).rejects.toThrow("first in row 34 (NaN)");
    expect((await validated(false)).history["validation/loss"]).toEqual(Array(3).fill(Number.NaN));
  });

  it("can be read by several runs at a time", async () => {
    const { data: shared } = streamOf([7]);
    const one = await outcome(await fit(options({ data: shared })));
    const runs = [1, 2].map(async () => outcome(await fit(options({ data: shared }))));
    expect(await Promise.all(runs)).toEqual([one, one]);
  });

  it.each<[string, Partial<StreamOptions>, string]>([
    [
      "fewer rows than it says",
      { rows: 51 },
      "fit: data: the stream says that it has 51 rows, and gave 50; blocks() must give all of them, every time",
    ],
    [
      "more rows than it says",
      { rows: 45 },
      "fit: data: the stream says that it has 45 rows, and gave",
    ],
    [
      "exactly one more, at the end of a block",
      { rows: 48, blocks: () => [part(0, 48), part(48, 49)] },
      "it has 48 rows, and gave 49 at least",
    ],
    ["nothing", { blocks: () => [] }, "fit: data: the stream says that it has 50 rows, and gave 0"],
    [
      "no blocks",
      { blocks: () => undefined as never },
      "fit: data: blocks() must return something to iterate over, got undefined",
    ],
    [
      "blocks that are none",
      { blocks: () => [[1, 2]] as never },
      "expected blocks of { inputs, targets }, got 1,2",
    ],
    [
      "an empty block",
      { blocks: () => [part(0, 9), { inputs: [], targets: [] }] },
      "fit: data: the block from row 9.inputs: expected at least one row",
    ],
    [
      "unequal lengths",
      { blocks: () => [{ inputs: [[1]], targets: [[1], [2]] }] },
      "has 2 rows where",
    ],
    [
      "blocks of several forms",
      { blocks: () => [part(0, 10), { ...part(10, rows), targets: new Float32Array(40) }] },
      "fit: data.targets: is not of the same form in every block",
    ],
    [
      "rows of several widths",
      {
        blocks: () => [
          part(0, 12),
          {
            ...part(12, rows),
            inputs: part(12, rows).inputs as number[][],
            targets: data.targets.slice(12).map((row) => [row[0]!, 0]),
          },
        ],
      },
      'expected {"inputs":"f32[2]","targets":"f32[1]"',
    ],
    [
      "NaN",
      {
        blocks: () => [
          part(0, 20),
          {
            ...part(20, rows),
            targets: data.targets.slice(20).map((row, i) => (i === 5 ? [Number.NaN] : row)),
          },
        ],
      },
      "fit: data: rows 24 to 35.targets: 1 value is not finite, first in row 25 (NaN)",
    ],
    [
      "weights in the first block only",
      { blocks: () => [part(0, 5), { ...part(5, rows), weights: undefined as never }] },
      "fit: data.weights: is not in every block; all must have the same parts",
    ],
    [
      "weights in later blocks only",
      { blocks: () => [{ ...part(0, 5), weights: undefined as never }, part(5, rows)] },
      "fit: data.weights: is not in every block",
    ],
    [
      "tensors of bool",
      { blocks: () => [{ inputs: tensor(js(), [[true]]), targets: [[1]] }] },
      "fit: data.inputs: tensors of a stream cannot be bool; pass arrays of true and false",
    ],
    [
      "negative weights",
      {
        blocks: () => [part(0, 20), { ...part(20, rows), weights: new Float32Array(30).fill(-1) }],
      },
      "weights: expected numbers from 0, one of them above, but row 8 has -1",
    ],
  ])("of %s is an error", async (_, changes, message) => {
    const { data: streamed } = streamOf([10], changes);
    await expect(fit(options({ data: streamed }))).rejects.toThrow(message);
  });
});

describe("stream", () => {
  it.each<[string, unknown, string]>([
    ["nothing", undefined, "stream: expected options such as { rows: … }, got undefined"],
    [
      "no number of rows",
      { blocks: () => [] },
      "stream: rows must be a whole number from 1, got undefined",
    ],
    [
      "half a row",
      { rows: 0.5, blocks: () => [] },
      "stream: rows must be a whole number from 1, got 0.5",
    ],
    [
      "an iterator",
      { rows: 1, blocks: [] },
      "stream: blocks must be a function that gives data sets",
    ],
    [
      "an empty block",
      { rows: 1, blocks: () => [], blockRows: 0 },
      "blockRows must be a whole number from 1, got 0",
    ],
    [
      "an unknown option",
      { rows: 1, blocks: () => [], batchSize: 3 },
      "there is no option 'batchSize'",
    ],
  ])("refuses %s", (_, given, message) => {
    expect(() => stream(given as StreamOptions)).toThrow(message);
  });

  it("cannot have a part of it held back", async () => {
    await expect(fit(options({ data: streamOf([5]).data, validation: 0.2 }))).rejects.toThrow(
      "fit: validation: no part of a stream can be held back",
    );
  });
});
