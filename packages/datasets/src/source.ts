import { check } from "@nn/core";

/**
 * Where text or bytes come from: a string or bytes; a `Blob` or `File`; a stream, such as the body of a response; or an
 * asynchronous iterable, such as a stream of Node.
 */
export type Source =
  | string
  | Uint8Array
  | ArrayBuffer
  | Blob
  | ReadableStream<Uint8Array | string>
  | AsyncIterable<Uint8Array | string>;

/** How many bytes are looked at before others may run, so that memory stays small and reading can be stopped. */
const pieceBytes = 2 ** 18;

interface BytesOptions {
  readonly signal?: AbortSignal | undefined;
  /** Not where bytes have another encoding than UTF-8. */
  readonly takesStrings?: boolean;
}

/** The bytes of a source, in pieces; strings become UTF-8. Waiting for the next one ends when the signal says so. */
export async function* bytesOf(
  name: string,
  source: Source,
  { signal, takesStrings = true }: BytesOptions = {},
): AsyncGenerator<Uint8Array> {
  for await (const part of partsOf(name, source, signal)) {
    if (typeof part === "string") {
      check(takesStrings, () => `${name}: strings have no encoding; leave it out, or give bytes`);
      for (let at = 0; at < part.length;) {
        let end = Math.min(at + pieceBytes / 4, part.length);
        // A pair of surrogates is one character.
        if (end < part.length && /[\uD800-\uDBFF]/.test(part[end - 1]!)) end++;
        yield encode(name, part.slice(at, end));
        at = end;
      }
    } else {
      const bytes = asBytes(name, part);
      for (let at = 0; at < bytes.length; at += pieceBytes)
        yield bytes.subarray(at, at + pieceBytes);
    }
  }
}

/** All bytes of a source, for formats that cannot be read in part. */
export async function wholeBytes(name: string, source: Source): Promise<Uint8Array> {
  if (ArrayBuffer.isView(source)) return asBytes(name, source);
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of bytesOf(name, source)) {
    pieces.push(piece.slice());
    size += piece.length;
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

/** How many bytes there are, where the source knows. */
export function sizeOfSource(source: Source): number | undefined {
  const { byteLength, size } = Object(source) as { byteLength?: unknown; size?: unknown };
  const found = byteLength ?? size;
  return typeof found === "number" ? found : undefined;
}

async function* partsOf(
  name: string,
  source: Source,
  signal: AbortSignal | undefined,
): AsyncGenerator<unknown> {
  const given = Object(source) as {
    stream?: () => ReadableStream<unknown>;
    getReader?: () => unknown;
    [Symbol.asyncIterator]?: () => unknown;
  };
  if (typeof source === "string" || ArrayBuffer.isView(source) || isBuffer(source)) yield source;
  else if (typeof given.stream === "function") yield* readStream(given.stream(), signal);
  // Streams of some browsers cannot be iterated.
  else if (typeof given.getReader === "function")
    yield* readStream(source as ReadableStream<unknown>, signal);
  else if (typeof given[Symbol.asyncIterator] === "function")
    yield* readIterable(source as AsyncIterable<unknown>, signal);
  else
    check(
      false,
      () =>
        `${name}: expected a string, bytes, a Blob, a stream or an async iterable, got ${describe(source)}; ` +
        "of a response of fetch, give the body",
    );
}

async function* readStream(
  stream: ReadableStream<unknown>,
  signal: AbortSignal | undefined,
): AsyncGenerator<unknown> {
  const reader = stream.getReader();
  let hasEnded = false;
  const cancel = (): void => void reader.cancel(signal!.reason).catch(() => undefined);
  signal?.addEventListener("abort", cancel, { once: true });
  try {
    for (;;) {
      const { done, value } = await reader.read();
      hasEnded = done;
      if (done) break;
      yield value;
    }
  } finally {
    signal?.removeEventListener("abort", cancel);
    if (!hasEnded) await reader.cancel().catch(() => undefined);
    reader.releaseLock();
  }
}

async function* readIterable(
  source: AsyncIterable<unknown>,
  signal: AbortSignal | undefined,
): AsyncGenerator<unknown> {
  const iterator = source[Symbol.asyncIterator]();
  let hasEnded = false;
  let stop: ((reason: unknown) => void) | undefined;
  const cancel = (): void => stop?.(signal!.reason);
  signal?.addEventListener("abort", cancel, { once: true });
  try {
    for (;;) {
      const next = await new Promise<IteratorResult<unknown>>((resolve, reject) => {
        stop = reject;
        iterator.next().then(resolve, reject);
      });
      hasEnded = next.done === true;
      if (hasEnded) break;
      yield next.value;
    }
  } finally {
    signal?.removeEventListener("abort", cancel);
    const ending = hasEnded ? undefined : iterator.return?.().catch(() => undefined);
    // What is stuck does not end before its next part comes.
    if (!signal?.aborted) await ending;
  }
}

function asBytes(name: string, part: unknown): Uint8Array {
  if (isBuffer(part)) return new Uint8Array(part);
  check(
    ArrayBuffer.isView(part) && "BYTES_PER_ELEMENT" in part && part.BYTES_PER_ELEMENT === 1,
    () => `${name}: expected bytes or strings, got ${describe(part)}`,
  );
  return new Uint8Array(part.buffer as ArrayBuffer, part.byteOffset, part.byteLength);
}

function encode(name: string, text: string): Uint8Array {
  check(
    !/\p{Surrogate}/u.test(text),
    () => `${name}: the string is no Unicode text: half of a surrogate pair stands alone`,
  );
  return new TextEncoder().encode(text);
}

function isBuffer(value: unknown): value is ArrayBuffer {
  return /^\[object (Shared)?ArrayBuffer\]$/.test(Object.prototype.toString.call(value));
}

function describe(value: unknown): string {
  return typeof value === "object" && value !== null
    ? Object.prototype.toString.call(value)
    : String(value);
}
