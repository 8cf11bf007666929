import { js } from "@nn/backend-js";
import { type Backend, type Buffer, defineBackend } from "@nn/core";

/** What a device is asked for, by its kind. */
export type Call = "upload" | "run" | "read";

/** Devices that are lost one after the other. */
export interface Devices {
  /** The first one. */
  readonly backend: Backend;
  /** All that were opened, the one that is used now last. */
  readonly opened: { readonly backend: Backend; readonly held: ReadonlySet<Buffer> }[];
  /** How often devices were asked for something. */
  readonly calls: Record<Call, number>;
  /** Loses the device that is used now. */
  lose(): void;
  /** Why the device of this number was lost, from 0, as its backend tells. */
  reason(device: number): Promise<Error>;
}

/** How devices behave. */
export interface Fragility {
  /** Which call of this kind, from 1 and over all devices, is the one in which a device is lost. */
  readonly at?: readonly (readonly [kind: Call, call: number])[];
  /** How many devices there are; without a number, backends have no `renew`. */
  readonly devices?: number;
}

/**
 * Backends that compute like `js()` and lose their device, as GPUs do: everything fails from then on, with the error that
 * `lost` resolves to or one that comes from it, and what was there is gone. None of them takes values of another one.
 */
export function fragile({ at = [], devices }: Fragility = {}): Devices {
  const opened: Devices["opened"] = [];
  const calls = { upload: 0, run: 0, read: 0 };
  let lose = (): void => {};
  let isAlive = true;
  const open = (): Backend => {
    const { executable: _, readSync: __, ...spec } = js();
    const held = new Set<Buffer>();
    const error = new Error(`device ${opened.length + 1} fell off the bus`);
    let isLost = false;
    let isClosed = false;
    let settle!: (error: Error) => void;
    const lost = new Promise<Error>((resolve) => (settle = resolve));
    lose = (): void => {
      isLost = true;
      isAlive = false;
      settle(error);
    };
    isAlive = true;
    const check = (kind?: Call): void => {
      if (kind && !isLost) {
        calls[kind]++;
        if (at.some(([other, call]) => other === kind && call === calls[kind])) lose();
      }
      if (isClosed) throw new Error("this backend is closed");
      if (isLost && kind === "upload") throw error;
      if (isLost)
        throw new Error("nothing came back", { cause: new Error("no answer", { cause: error }) });
    };
    const own = (buffer: Buffer): void => {
      if (!held.has(buffer)) throw new Error("this value is not on this device");
    };
    const backend = defineBackend({
      ...spec,
      kind: "@nn/trainer/test#fragile",
      lost,
      upload(data, type) {
        check("upload");
        const buffer = spec.upload(data, type);
        held.add(buffer);
        return buffer;
      },
      compile(program) {
        check();
        const executable = spec.compile(program);
        return {
          ...executable,
          run(inputs, donated = []) {
            check("run");
            inputs.forEach(own);
            const outputs = executable.run(inputs, donated);
            for (const index of donated) held.delete(inputs[index]);
            for (const output of outputs) held.add(output);
            return outputs;
          },
        };
      },
      async read(buffer, type) {
        check();
        own(buffer);
        const values = await spec.read(buffer, type);
        check("read");
        return values;
      },
      release: (buffer) => void held.delete(buffer),
      close() {
        isClosed = true;
        settle(error);
      },
      ...(devices !== undefined && {
        async renew() {
          await lost;
          if (isAlive) return opened.at(-1)!.backend;
          if (opened.length >= devices) throw new Error("there is no other device");
          return open();
        },
      }),
    });
    opened.push({ backend, held });
    return backend;
  };
  return {
    backend: open(),
    opened,
    calls,
    lose: () => lose(),
    reason: (device) => opened[device]!.backend.lost!,
  };
}
