import { check } from "@nn/core";
import type { Frame } from "./frame/frame.ts";
import { only, type Scope, where } from "./scopes.ts";
import { show } from "./show.ts";

/** Which columns: a name, or a scope. */
export type Columns = string | Scope;

/** What steps take: names of columns or scopes, and options at the end. */
export type StepArguments<Options extends object> =
  | readonly Columns[]
  | readonly [...columns: Columns[], options: Options];

/** What an option must be: a test, and the words for it in an error. */
export type Expected = readonly [isFine: (value: unknown) => boolean, words: string];

export const finite: Expected = [(value) => Number.isFinite(value), "a finite number"];

export const positive: Expected = [
  (value) => Number.isFinite(value) && (value as number) > 0,
  "a finite number above 0",
];

export const flag: Expected = [(value) => typeof value === "boolean", "true or false"];

export const text: Expected = [(value) => typeof value === "string", "a text"];

/** A whole number from `least`, and up to `most` if that is given. */
export function wholeFrom(least: number, most = Number.MAX_SAFE_INTEGER): Expected {
  return [
    (value) =>
      Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most,
    `a whole number from ${least}${most < Number.MAX_SAFE_INTEGER ? ` to ${most}` : ""}`,
  ];
}

/** One of some texts. */
export function oneOf(...values: readonly unknown[]): Expected {
  return [(value) => values.includes(value), values.map((value) => show(value)).join(" or ")];
}

/** What each option must be. */
export type ExpectedOptions<T> = { readonly [K in keyof T]-?: Expected };

/** The arguments of a step, told apart. */
export interface Parsed<Options> {
  readonly columns: readonly Columns[];
  readonly options: Options;
}

/** Tells columns from options, and checks both. Options whose names are in `required` have to be there. */
export function parse<Options extends object, Required extends keyof Options = never>(
  factory: string,
  args: StepArguments<Options>,
  expected: ExpectedOptions<Options>,
  required: readonly Required[] = [],
): Parsed<Partial<Options> & Pick<Options, Required>> {
  const last = args.at(-1);
  const hasOptions =
    typeof last === "object" && last !== null && !("kind" in last) && !Array.isArray(last);
  const columns = (hasOptions ? args.slice(0, -1) : args) as readonly Columns[];
  for (const one of columns)
    check(
      typeof one === "string" || typeof Object(one).names === "function",
      () =>
        `${factory}: expected names of columns, or scopes such as except("price"), got ${show(one)}`,
    );
  const options = checked(factory, hasOptions ? (last as Options) : {}, expected, required);
  return { columns, options };
}

/** The options without those that are undefined. Refuses those that are not as expected, and those that nobody reads. */
export function checked<T extends object, Required extends keyof T = never>(
  factory: string,
  options: Partial<T>,
  expected: ExpectedOptions<T>,
  required: readonly Required[] = [],
): Partial<T> & Pick<T, Required> {
  check(
    typeof options === "object" && options !== null && !Array.isArray(options),
    () => `${factory}: expected an object of options, got ${show(options)}`,
  );
  const known = Object.keys(expected);
  const entries = Object.entries(options).filter(([, value]) => value !== undefined);
  for (const [name, value] of entries) {
    check(
      known.includes(name),
      () =>
        `${factory}: there is no option '${name}'; ${known.length > 0 ? `there are ${known.join(", ")}` : "it has none"}`,
    );
    const [isFine, words] = expected[name as keyof T];
    check(isFine(value), () => `${factory}: ${name} must be ${words}, got ${show(value)}`);
  }
  for (const name of required)
    check(
      options[name] !== undefined,
      () => `${factory}: expected the option '${String(name)}', which must be ${expected[name][1]}`,
    );
  return Object.fromEntries(entries) as Partial<T> & Pick<T, Required>;
}

/** The columns meant, each once. Without any argument those are the columns of numbers, or what `all` says. */
export function namesOf(
  columns: readonly Columns[],
  frame: Frame,
  all: Scope = where({ type: "number" }),
): readonly string[] {
  const scopes = columns.length > 0 ? columns : [all];
  return [
    ...new Set(scopes.flatMap((one) => (typeof one === "string" ? only(one) : one).names(frame))),
  ];
}
