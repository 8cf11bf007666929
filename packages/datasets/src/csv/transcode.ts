import { CsvError } from "./error.ts";

/** Turns pieces of another encoding into UTF-8; the last one, which may be empty, has `stream` false. */
export function transcoder(
  origin: string,
  encoding: string,
): (bytes: Uint8Array, stream: boolean) => Uint8Array {
  const decoder = new TextDecoder(encoding, { fatal: true });
  // A decoder that has failed cannot say where. This one is a piece behind and gets there byte by byte.
  const behind = new TextDecoder(encoding, { fatal: true });
  const encoder = new TextEncoder();
  const place = createPlace();
  let previous = new Uint8Array(0);
  return (bytes, stream) => {
    place.pass(behind.decode(previous, { stream: true }));
    try {
      const text = decoder.decode(bytes, { stream });
      previous = bytes.slice();
      return encoder.encode(text);
    } catch {
      try {
        for (const byte of bytes) place.pass(behind.decode(Uint8Array.of(byte), { stream: true }));
      } catch {
        // This is the byte.
      }
      const { line, column } = place;
      throw new CsvError(
        `${origin}: line ${line}, column ${column}: expected text of ${encoding}, got other bytes; ` +
          "give the encoding that the file has",
        line,
        column,
      );
    }
  };
}

interface Place {
  line: number;
  column: number;
  /** Moves behind a text. */
  pass(text: string): void;
}

function createPlace(): Place {
  let isBehindReturn = false;
  const place: Place = { line: 1, column: 1, pass };
  return place;

  function pass(text: string): void {
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === 13 || (code === 10 && !isBehindReturn)) place.line++;
      if (code === 10 || code === 13) place.column = 1;
      // Two surrogates are one character.
      else if (code < 0xdc00 || code > 0xdfff) place.column++;
      isBehindReturn = code === 13;
    }
  }
}
