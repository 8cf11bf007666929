import type { Callback, ModelFormat, Tensor } from "@nn/core";
import { sgd } from "@nn/optimizers";
import {
  copyFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  utimes,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { earlyStopping, fit, type FitOptions, keepBest } from "../src/index.ts";
import { checkpoint, type CheckpointOptions, readCheckpoint, saveModel } from "../src/node.ts";
import { jsonFormat } from "./json-format.ts";
import { lineOptions, valuesOf } from "./support.ts";

type Options = FitOptions<Tensor, Tensor, Tensor>;
const format = jsonFormat();
let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "nn-checkpoint-"));
  file = path.join(folder, "run");
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true, force: true });
});

async function stepOf(name = file): Promise<unknown> {
  const { run } = format.read(await readFile(name)).metadata as { run: { step: number } };
  return run.step;
}

const options = (changes: Partial<Options> = {}): Options => lineOptions({ epochs: 6, ...changes });

describe("a checkpoint", () => {
  it("is written after so many epochs and at the end, and the one before is kept", async () => {
    const steps: unknown[] = [];
    const watch: Callback = { epoch: async () => void steps.push(await stepOf().catch(() => 0)) };
    await fit(
      options({ epochs: 5, callbacks: [checkpoint({ file, format, everyEpochs: 2 }), watch] }),
    );
    expect(steps).toEqual([0, 8, 8, 16, 16]);
    expect([await stepOf(), await stepOf(`${file}.previous`)]).toEqual([20, 16]);
    expect((await readdir(folder)).sort()).toEqual(["run", "run.previous"]);
  });

  it("is written when the time has come, between epochs too", async () => {
    const steps: number[] = [];
    const watch: Callback = {
      progress: async ({ step }) => {
        steps.push(step);
        expect(await stepOf()).toBe(step);
      },
    };
    const write = checkpoint({ file, format, everySeconds: 0, keepPrevious: false });
    await fit(options({ batchSize: 1, callbacks: [write, watch] }));
    expect(steps.some((step) => step % 10 !== 0)).toBe(true);
    expect(await readdir(folder)).toEqual(["run"]);
  });

  it("lets a run that was ended by a signal go on to the same bits, whatever the order of callbacks", async () => {
    const expected = await fit(options({ callbacks: [keepBest()] }));
    for (const isFirst of [true, false]) {
      const controller = new AbortController();
      const abort: Callback = { progress: ({ step }) => void (step > 9 && controller.abort()) };
      const callbacks = [checkpoint({ file, format }), keepBest()];
      if (!isFirst) callbacks.reverse();
      const cut = await fit(
        options({ callbacks: [...callbacks, abort], signal: controller.signal }),
      );
      expect([cut.ended, cut.steps > 9 && cut.steps < 24]).toEqual(["signal", true]);
      const resume = (await readCheckpoint(file, { format }))!;
      const result = await fit(options({ callbacks, resume }));
      expect(await valuesOf(result.parameters)).toEqual(await valuesOf(expected.parameters));
      expect(result.history).toEqual(expected.history);
    }
  });

  it("stays as it was when a callback fails later", async () => {
    const failing: Callback = {
      epoch({ epoch }) {
        if (epoch === 3) throw new Error("disk full");
      },
    };
    const callbacks = [failing, checkpoint({ file, format, everyEpochs: 1 })];
    await expect(fit(options({ callbacks }))).rejects.toThrow("disk full");
    expect(await stepOf()).toBe(8);
  });

  it("stays as it was when the next one cannot be written", async () => {
    let writes = 0;
    const failing: ModelFormat = {
      ...format,
      write: (stored) => {
        if (++writes === 3) throw new Error("too large");
        return format.write(stored);
      },
    };
    const callbacks = [checkpoint({ file, format: failing, everyEpochs: 1 })];
    await expect(fit(options({ callbacks }))).rejects.toThrow("too large");
    expect([await stepOf(), await stepOf(`${file}.previous`)]).toEqual([8, 4]);
    expect((await readdir(folder)).sort()).toEqual(["run", "run.previous"]);
  });

  it("clears away what killed processes left, and nothing else", async () => {
    const unique = "01234567-89ab-4cde-8f01-23456789abcd";
    const others = [
      `run.${process.ppid}.${unique}.temporary`,
      `run.${process.pid}.${unique}.temporary`,
      `run.2.999999999.${unique}.temporary`,
      "run.old.temporary",
      `other.999999999.${unique}.temporary`,
    ];
    // In a container, a process that was killed may have had the same number.
    const before = `run.${process.pid}.${unique.replace("0", "f")}.temporary`;
    for (const name of [`run.999999999.${unique}.temporary`, before, ...others])
      await writeFile(path.join(folder, name), "half");
    await utimes(path.join(folder, before), 1e9, 1e9);
    await fit(options({ callbacks: [checkpoint({ file, format })] }));
    expect((await readdir(folder)).sort()).toEqual([...others, "run"].sort());
  });

  it("is whole when several runs write it at once", async () => {
    const runs = [1, 2, 3].map((seed) =>
      fit(options({ seed, callbacks: [checkpoint({ file, format, everySeconds: 0 })] })),
    );
    await Promise.all(runs);
    expect([await stepOf(), await stepOf(`${file}.previous`)]).toEqual([24, expect.any(Number)]);
    expect((await readdir(folder)).sort()).toEqual(["run", "run.previous"]);
  });

  it("does not take the place of a folder", async () => {
    await mkdir(file);
    const message = `'${file}' is a folder; give the file another name`;
    const write = checkpoint({ file, format, everyEpochs: 1 });
    await expect(fit(options({ callbacks: [write] }))).rejects.toThrow(message);
    await expect(saveModel(file, await fit(options()), { format })).rejects.toThrow(message);
    expect(await readdir(folder)).toEqual(["run"]);
    await rm(file, { recursive: true });
    await fit(options({ callbacks: [write] }));
    expect(await stepOf()).toBe(24);
  });

  it("says why it cannot be written, when its folder is gone", async () => {
    const remove: Callback = { progress: () => rm(folder, { recursive: true, force: true }) };
    const callbacks = [remove, checkpoint({ file, format, everyEpochs: 1 })];
    await expect(fit(options({ callbacks }))).rejects.toThrow("ENOENT: no such file or directory");
  });

  it("is of one run at a time", async () => {
    const callbacks = [checkpoint({ file, format })];
    const [first, second] = await Promise.allSettled([
      fit(options({ callbacks })),
      fit(options({ callbacks })),
    ]);
    expect([first.status, second.status].sort()).toEqual(["fulfilled", "rejected"]);
    expect(await stepOf()).toBe(24);
  });

  it("needs a folder", async () => {
    const missing = path.join(folder, "missing", "run");
    await expect(
      fit(options({ callbacks: [checkpoint({ file: missing, format })] })),
    ).rejects.toThrow(`checkpoint: there is no folder '${path.dirname(missing)}'; make it before`);
  });

  it.each([
    [{}, "checkpoint: file must be the name of a file, got undefined"],
    [{ file: "a" }, "checkpoint: format must be a format such as safetensors(), got undefined"],
    [{ file: "a", format, everySeconds: -1 }, "checkpoint: everySeconds must be a finite number"],
    [
      { file: "a", format, everyEpochs: 0 },
      "checkpoint: everyEpochs must be a whole number from 1",
    ],
    [
      { file: "a", format, keepPrevious: 1 },
      "checkpoint: keepPrevious must be true or false, got 1",
    ],
    [{ file: "a", format, every: 1 }, "checkpoint: there is no option 'every'; there are file,"],
  ])("is refused with %o", (settings, message) => {
    expect(() => checkpoint(settings as unknown as CheckpointOptions)).toThrow(message);
  });
});

describe("readCheckpoint", () => {
  const written = async (): Promise<void> => {
    await fit(options({ callbacks: [checkpoint({ file, format, everyEpochs: 5 })] }));
  };
  const stepRead = async (): Promise<unknown> => {
    const stored = await readCheckpoint(file, { format });
    return (stored?.metadata["run"] as { step: number } | undefined)?.step;
  };

  it("gives nothing where there is nothing", async () => {
    expect(await readCheckpoint(file, { format })).toBeUndefined();
  });

  it("gives the newest", async () => {
    await written();
    expect(await stepRead()).toBe(24);
  });

  it("gives the one before when the newest is damaged, and warns", async () => {
    await written();
    const warn = vi.spyOn(process, "emitWarning").mockReturnValue(undefined);
    const bytes = await readFile(file);
    for (const length of [0, 1, bytes.length >> 1, bytes.length - 1]) {
      await writeFile(file, bytes.subarray(0, length));
      expect(await stepRead()).toBe(20);
      expect(warn.mock.lastCall![0]).toMatch(
        /^readCheckpoint: '.*run' is damaged: .*; going on from '.*run\.previous'$/,
      );
    }
  });

  it("gives the one before when a process was killed between two renamings", async () => {
    await written();
    await copyFile(file, `${file}.999999999.temporary`);
    await rename(file, `${file}.previous`);
    expect(await stepRead()).toBe(24);
  });

  it("says so when both are damaged", async () => {
    await written();
    await writeFile(file, "");
    await writeFile(`${file}.previous`, "{");
    await expect(readCheckpoint(file, { format })).rejects.toThrow(
      /run' is damaged: .*run\.previous' is damaged: .*; remove what is damaged to begin anew/,
    );
  });

  it("refuses a folder and a missing format", async () => {
    await expect(readCheckpoint(folder, { format })).rejects.toThrow("EISDIR");
    await expect(readCheckpoint(file, {} as never)).rejects.toThrow(
      "readCheckpoint: format must be a format such as safetensors(), got undefined",
    );
  });
});

describe("a run that early stopping ended", () => {
  it("is not begun again when it is resumed", async () => {
    const callbacks = (): Callback[] => [
      checkpoint({ file, format, everyEpochs: 1 }),
      earlyStopping({ patience: 2, minimumChange: 10 }),
    ];
    const optimizer = sgd({ learningRate: 0.1 });
    const first = await fit(options({ optimizer, callbacks: callbacks() }));
    const resume = (await readCheckpoint(file, { format }))!;
    const again = await fit(options({ optimizer, callbacks: callbacks(), resume }));
    expect([again.ended, again.epochs, again.steps]).toEqual(["callback", 3, 12]);
    expect(await valuesOf(again.parameters)).toEqual(await valuesOf(first.parameters));
    const previous = (await readCheckpoint(`${file}.previous`, { format }))!;
    const once = await fit(options({ optimizer, callbacks: callbacks(), resume: previous }));
    expect([once.ended, once.epochs]).toEqual(["callback", 3]);
  });
});
