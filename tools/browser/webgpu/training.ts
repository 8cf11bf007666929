import { js } from "@nn/backend-js";
import { webgpu } from "@nn/backend-webgpu";
import { type Backend, type Callback, sequential } from "@nn/core";
import { dense, tanh } from "@nn/layers-dense";
import { mse } from "@nn/losses";
import { adam } from "@nn/optimizers";
import { fit } from "@nn/trainer";
import { describe, it } from "vitest";
import { watchedGpu } from "./watched-gpu.ts";

/** Declares what training has to do on the GPU of a page, or of a worker there. */
export function declareTraining(place: string): void {
  describe(`training in ${place}`, () => {
    it("comes to the losses of plain JavaScript", async () => {
      const expected = await train(js());
      const backend = await webgpu();
      const actual = await train(backend);
      await backend.close?.();
      expectThat(
        expected.loss.at(-1)! < expected.loss[0]! / 4,
        `losses are ${expected.loss.join()}`,
      );
      for (const name of ["loss", "answers"] as const)
        expected[name].forEach((value, i) => {
          const isClose = Math.abs(actual[name][i]! - value) <= 1e-4 * Math.max(1, Math.abs(value));
          expectThat(isClose, `${name} ${i} is ${actual[name][i]}, not ${value}`);
        });
    });

    it("goes on to the same bits on another device where one is lost", async () => {
      const whole = await webgpu();
      const expected = await train(whole);
      await whole.close?.();
      const gpu = watchedGpu();
      const backend = await webgpu({ gpu });
      const actual = await train(backend, {
        epoch({ epoch }) {
          if (epoch === 10 && gpu.devices.length === 1) gpu.devices[0]!.destroy();
        },
      });
      await backend.close?.();
      expectThat(gpu.devices.length === 2, `${gpu.devices.length} devices were opened`);
      expectThat(actual.answers.join() === expected.answers.join(), "answers differ");
      expectThat(actual.loss.join() === expected.loss.join(), "losses differ");
    });

    it("holds constant memory over ten thousand steps, or ten seconds", async () => {
      const gpu = watchedGpu();
      const backend = await webgpu({ gpu });
      const stop = new AbortController();
      const begun = performance.now();
      const live: { readonly buffers: number; readonly bytes: number }[] = [];
      const epoch = (): void => {
        live.push(gpu.live());
        if (performance.now() - begun > 10_000) stop.abort();
      };
      const { steps } = await fit({
        ...task(100),
        backend,
        epochs: 1250,
        signal: stop.signal,
        callbacks: [{ epoch }],
      });
      await backend.close?.();
      // A few more for reads come with the first ones that wait at the same time, which may be late.
      const [before, after] = [live[live.length >> 1]!, live.at(-1)!];
      const told = `${before.buffers} buffers of ${before.bytes} bytes became ${after.buffers} of ${after.bytes}`;
      console.log(`${place}: in ${steps} steps, ${told}`);
      expectThat(live.length >= 30, `there were ${live.length} epochs`);
      expectThat(after.buffers <= before.buffers + 8 && after.bytes <= 2 * before.bytes, told);
    });
  });
}

/** A small network, and points of a wave for it. */
function task(rows: number) {
  const inputs = Array.from({ length: rows }, (_, i) => [(2 * i) / rows - 1, ((i * 37) % 11) / 11]);
  return {
    model: sequential([dense(16, { activation: tanh() }), dense(1)]),
    data: { inputs, targets: inputs.map(([x, y]) => [Math.sin(3 * x!) * y!]) },
    loss: mse(),
    optimizer: adam({ learningRate: 0.02 }),
    batchSize: 13,
    seed: 7,
  };
}

/** What training comes to: losses by epoch, and answers to the inputs. */
async function train(
  backend: Backend,
  callback: Callback = {},
): Promise<{ readonly loss: readonly number[]; readonly answers: readonly number[] }> {
  const work = task(100);
  const { history, predict } = await fit({ ...work, backend, epochs: 40, callbacks: [callback] });
  const answers = await predict(work.data.inputs).read();
  return { loss: history.loss, answers: Array.from<number>(answers) };
}

function expectThat(condition: boolean, message: string): void {
  if (!condition) throw new Error(message);
}
