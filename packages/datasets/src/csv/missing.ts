/** Knows the texts that stand for missing values. */
export interface Missing {
  /** Whether these bytes are one of them. */
  is(bytes: Uint8Array, start: number, end: number): boolean;
  /** Whether they are with spaces around them. */
  isTrimmed(bytes: Uint8Array, start: number, end: number): boolean;
}

/** Looks for texts among bytes. */
export function missingTexts(texts: readonly string[]): Missing {
  const encoded = texts.map((text) => new TextEncoder().encode(text));
  const hasEmpty = texts.includes("");
  const is: Missing["is"] = (bytes, start, end) => {
    if (start === end) return hasEmpty;
    return encoded.some((text) => {
      if (text.length !== end - start) return false;
      for (let i = 0; i < text.length; i++) if (text[i] !== bytes[start + i]) return false;
      return true;
    });
  };
  return {
    is,
    isTrimmed(bytes, from, to) {
      let start = from;
      let end = to;
      while (start < end && (bytes[start] === 32 || bytes[start] === 9)) start++;
      while (end > start && (bytes[end - 1] === 32 || bytes[end - 1] === 9)) end--;
      return is(bytes, start, end);
    },
  };
}
