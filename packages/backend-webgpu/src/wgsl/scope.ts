import { type Affine, known } from "./affine.ts";
import { integerText } from "./literal.ts";

/** What the scopes of one function share. */
interface Writer {
  /** Where each name is defined. */
  readonly homes: Map<string, Scope>;
  count: number;
}

const names = /\bv\d+\b/g;

/**
 * A block of WGSL under construction. What is defined in it stands in the outermost block where everything that it
 * needs is known, so that nothing is computed in a loop which does not depend on it, and nothing twice.
 */
export class Scope {
  readonly lines: string[] = [];
  private readonly parent: Scope | undefined;
  private readonly depth: number;
  private readonly writer: Writer;
  private readonly isBranch: boolean;
  private readonly remembered = new Map<string, unknown>();

  constructor(parent?: Scope, isBranch = false) {
    this.parent = parent;
    this.isBranch = isBranch;
    this.depth = parent ? parent.depth + 1 : 0;
    this.writer = parent?.writer ?? { homes: new Map(), count: 0 };
  }

  /** A new name that is known from here on; what defines it is up to the caller. */
  name(): string {
    const name = `v${this.writer.count++}`;
    this.writer.homes.set(name, this);
    return name;
  }

  /** A name for the value of an expression. */
  let(text: string): string {
    if (/^v\d+$/.test(text)) return text;
    const home = this.homeOf([text]);
    return home.remember(`let ${text}`, () => {
      const name = home.name();
      home.lines.push(`let ${name} = ${text};`);
      return name;
    });
  }

  /** An expression for an index. Parts that change in inner loops are added last. */
  index(value: Affine): string {
    const number = known(value);
    if (number !== undefined) return integerText(number);
    const groups = new Map<number, string[]>();
    for (const [name, count] of [...value.terms].sort()) {
      const { depth } = this.writer.homes.get(name)!;
      const term =
        count === 1
          ? name
          : this.let(count === -1 ? `-${name}` : `${name} * ${integerText(count)}`);
      groups.set(depth, [...(groups.get(depth) ?? []), term]);
    }
    let total: string | undefined;
    for (const depth of [...groups.keys()].sort((a, b) => a - b)) {
      const part = this.let(groups.get(depth)!.join(" + "));
      total = total === undefined ? part : this.let(`${total} + ${part}`);
      if (total === part && value.constant !== 0)
        total = this.let(`${total} + ${integerText(value.constant)}`);
    }
    return total!;
  }

  /** What `make` returns, made once for each key while its parts are known. */
  remember<T>(key: string, make: () => T): T {
    const known = this.chain().find((scope) => scope.remembered.has(key));
    if (known) return known.remembered.get(key) as T;
    const value = make();
    this.homeOf(textsIn(value)).remembered.set(key, value);
    return value;
  }

  /** Tells what a key stands for, here and within. */
  define(key: string, value: unknown): void {
    this.remembered.set(key, value);
  }

  /**
   * Writes statements that leave their result in a variable, and puts them where everything that they read is known.
   * `write` is given their block and the variable's name.
   */
  block(write: (block: Scope, result: string) => void): string {
    const block = new Scope(this);
    const result = block.name();
    write(block, result);
    const home = this.homeOf(block.lines);
    home.lines.push(...block.lines);
    this.writer.homes.set(result, home);
    return result;
  }

  /** A block that is not always run; whatever is defined in it stays there. */
  branch(): Scope {
    return new Scope(this, true);
  }

  /** A loop from 0; `write` is given its block and its counter, as a name. */
  loop(length: number | string, write: (body: Scope, counter: string) => void): void {
    const body = new Scope(this);
    const counter = body.name();
    write(body, counter);
    this.lines.push(
      `for (var ${counter} = 0; ${counter} < ${length}; ${counter}++) {`,
      ...body.lines,
      "}",
    );
  }

  /** The outermost block, from this one on, where all names in these texts are known. */
  private homeOf(texts: readonly string[]): Scope {
    let depth = 0;
    for (const text of texts)
      for (const [name] of text.matchAll(names)) {
        const home = this.writer.homes.get(name);
        if (home && home.depth <= this.depth) depth = Math.max(depth, home.depth);
      }
    return this.chain().find((scope) => scope.depth <= depth || scope.isBranch)!;
  }

  /** This block and those around it. */
  private chain(): Scope[] {
    return [this, ...(this.parent?.chain() ?? [])];
  }
}

function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return [...(value as Affine).terms.keys()];
}

/** Lines without definitions that nothing refers to. */
function withoutUnused(lines: readonly string[]): string[] {
  const used = new Set<string>();
  const kept: string[] = [];
  for (const line of lines.toReversed()) {
    const [, defined, text = line] = /^let (v\d+) = (.*)$/.exec(line) ?? [];
    if (defined !== undefined && !used.has(defined)) continue;
    for (const [name] of text.matchAll(names)) used.add(name);
    kept.push(line);
  }
  return kept.toReversed();
}

/** A function whose body is a block. */
export function functionText(name: string, parameters: string, scope: Scope): string {
  const lines = withoutUnused(scope.lines).map((line) => `  ${line}`);
  return `fn ${name}(${parameters}) {\n${lines.join("\n")}\n}`;
}
