import { TensorError } from "@nn/core";

/** Milliseconds in which a device tells why it was lost, after a read has failed because of it. */
const GRACE = 100;

/** Whether what a device computes can be believed. */
export interface Health {
  /**
   * Settles when the device is of no use any more, because it is gone or has reported an error; by then, nothing has
   * failed because of that yet. It stays pending where the device is closed before.
   */
  readonly lost: Promise<Error>;
  /** Settles when the device is lost or closed. */
  readonly ended: Promise<void>;
  readonly hasEnded: boolean;
  readonly isClosed: boolean;
  /** Throws where the device is closed, or lost: then the error's cause is what `lost` resolves to. */
  check(): void;
  /** Takes the device for lost if this, which the device is asked for now, turns out to be a complaint. */
  expectNone(complaint: Promise<string | undefined>): void;
  /** Throws what `check` does, once the device has answered all that it was asked for. */
  confirm(): Promise<void>;
  /** Throws what `check` does, for a read that has failed. */
  explain(error: unknown): Promise<never>;
  close(): void;
}

/**
 * Watches a device. A faulty shader does not throw, and neither does a buffer for which there is no memory: results are
 * silently wrong. So from the first report on nothing is believed, and the device is given up.
 */
export function watchHealth(device: GPUDevice): Health {
  let failure: Error | undefined;
  let isClosed = false;
  let lose: (reason: Error) => void;
  let end: () => void;
  const lost = new Promise<Error>((resolve) => (lose = resolve));
  const ended = new Promise<void>((resolve) => (end = resolve));
  /** Settles when the device has told what is wrong with all that it has been given. */
  let told = Promise.resolve();
  const fail = (message: string): void => {
    if (failure || isClosed) return;
    failure = new Error(`@nn/backend-webgpu: ${message}`);
    lose(failure);
    end();
    device.destroy();
  };
  const check = (): void => {
    if (isClosed) throw closedError();
    if (failure) throw new Error(failure.message, { cause: failure });
  };
  device.onuncapturederror = ({ error }) => {
    // Of work with a shader that is refused, this comes first, and says less.
    told = told.then(() => fail(messageOf(error)));
  };
  device.lost.then(({ reason, message }) =>
    fail(`the GPU device is lost (${reason ?? "unknown"}: ${message})`),
  );
  return {
    lost,
    ended,
    get hasEnded() {
      return isClosed || failure !== undefined;
    },
    get isClosed() {
      return isClosed;
    },
    check,
    expectNone(complaint) {
      const before = told;
      told = complaint.then(
        (message) => {
          if (message !== undefined) fail(message);
          return before;
        },
        () => before, // The device is lost, which it tells itself.
      );
    },
    async confirm() {
      await told;
      check();
    },
    async explain(error) {
      let timer: ReturnType<typeof setTimeout> | undefined;
      const late = new Promise((resolve) => (timer = setTimeout(resolve, GRACE)));
      await Promise.race([ended, late]);
      clearTimeout(timer);
      fail(`a value cannot be read: ${(error as Error).message}`);
      check();
      throw error;
    },
    close() {
      isClosed = true;
      end();
      device.destroy();
    },
  };
}

function messageOf(error: GPUError): string {
  const { message } = error;
  return Object.prototype.toString.call(error) === "[object GPUOutOfMemoryError]"
    ? `the device has no memory left; use smaller batches, or dispose of tensors sooner (${message})`
    : `the device reported: ${message}`;
}

export function closedError(): Error {
  return new TensorError("webgpu: this backend is closed; open another one");
}
