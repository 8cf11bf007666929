/** An element of a file of XML or HTML. */
export interface Found {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** The names of the elements that it is in, the nearest last. */
  readonly within: readonly string[];
  text: string;
}

/** Elements of HTML that have no end. */
const empty = new Set(["meta", "input", "link"]);

/**
 * The elements of a file, which is refused where a tag is not closed in its place, an attribute is not in double quotes
 * or comes twice, or a special character stands for itself: much less than HTML allows.
 */
export function elements(file: string): Found[] {
  const found: Found[] = [];
  const open: Found[] = [];
  const token =
    /<!doctype html>|<(\/?)([a-zA-Z][\w:-]*)((?:\s+[\w:-]+(?:="[^"<>]*")?)*)\s*(\/?)>|([^<]+)/gy;
  let end = 0;
  for (let match = token.exec(file); match; match = token.exec(file)) {
    end = token.lastIndex;
    const [, closes, name, attributes = "", closesItself, text] = match;
    if (text !== undefined) {
      const place = open.at(-1);
      if (place?.name !== "style" && /&(?!(?:amp|lt|gt|quot|#39);)/.test(text))
        throw new Error(`a bare & in ${text}`);
      if (place) place.text += text;
    } else if (closes) {
      const last = open.pop();
      if (last?.name !== name) throw new Error(`</${name}> closes <${last?.name}>`);
    } else if (name !== undefined) {
      const pairs = [...attributes.matchAll(/([\w:-]+)(?:="([^"]*)")?/g)].map(
        ([, key, value = ""]) => [key!, value] as const,
      );
      if (new Set(pairs.map(([key]) => key)).size < pairs.length)
        throw new Error(`an attribute twice in ${match[0]}`);
      const element = {
        name,
        attributes: Object.fromEntries(pairs),
        within: open.map(({ name }) => name),
        text: "",
      };
      found.push(element);
      if (!closesItself && !empty.has(name)) open.push(element);
    }
  }
  if (end !== file.length) throw new Error(`not well-formed at: ${file.slice(end, end + 80)}`);
  if (open.length > 0) throw new Error(`<${open.at(-1)!.name}> is not closed`);
  return found;
}

/** The texts of a picture, in order. */
export function texts(svg: string): string[] {
  return elements(svg)
    .filter(({ name }) => name === "text" || name === "tspan")
    .map(({ text }) => text);
}

/** How many elements of this name a picture has. */
export function count(svg: string, name: string): number {
  return elements(svg).filter((element) => element.name === name).length;
}

/** Numbers from 0 to 1 that are the same every time (Park and Miller). */
export function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

/** A run of `folds` folds with losses that fall and an R² that rises. */
export function run(
  folds: number,
  epochs: number,
): {
  readonly folds: {
    fold: number;
    bestEpoch: number;
    history: Record<string, number[]>;
    metrics: { loss: number; r2: number };
  }[];
  readonly metrics: Record<string, { mean: number; standardDeviation: number; folds: number[] }>;
} {
  const next = numbers(7);
  const curve = (of: (epoch: number) => number): number[] =>
    Array.from({ length: epochs }, (_, i) => of(i + 1) * (1 + next() / 50));
  const made = Array.from({ length: folds }, (_, fold) => ({
    fold,
    bestEpoch: epochs,
    history: {
      loss: curve((epoch) => 0.3 / epoch),
      r2: curve((epoch) => 0.9 - 2 / (epoch + 1)),
      "validation/loss": curve((epoch) => 0.4 / epoch),
      "validation/r2": curve((epoch) => 0.88 - 2 / (epoch + 1)),
    },
    metrics: { loss: 0.001, r2: 0.87 + fold / 200 },
  }));
  const r2s = made.map(({ metrics }) => metrics.r2);
  return {
    folds: made,
    metrics: {
      loss: { mean: 0.001, standardDeviation: 0, folds: made.map(() => 0.001) },
      r2: {
        mean: r2s.reduce((sum, value) => sum + value, 0) / folds,
        standardDeviation: 0.012,
        folds: r2s,
      },
    },
  };
}
