/**
 * What stands in for vitest in a browser: as much of it as the conformance kits and the tests of this folder use. Tests
 * are collected as they are declared, and run one after the other.
 */

/** What a test may do besides. */
interface Context {
  /** Ends the test, which then counts as skipped. */
  skip(reason?: string): never;
}
type Body = (context: Context) => unknown;
interface Options {
  readonly timeout?: number;
}

/** What came of all tests. */
export interface Results {
  readonly passed: number;
  readonly skipped: readonly string[];
  readonly failures: readonly { readonly test: string; readonly message: string }[];
}

class Skipped extends Error {}

interface Step {
  readonly name: string;
  readonly timeout: number;
  readonly body: Body;
  /** Whether it only counts where it fails. */
  readonly isHook: boolean;
}

const defaultTimeout = 120_000;
const titles: string[] = [];
let steps: Step[] = [];
let hooks: Step[] = [];

export function describe(title: string, declare: () => void): void {
  const outer = hooks;
  hooks = [];
  titles.push(title);
  declare();
  titles.pop();
  steps.push(...hooks);
  hooks = outer;
}

export function it(name: string, body: Body): void;
export function it(name: string, options: Options, body: Body): void;
export function it(name: string, first: Options | Body, second?: Body): void {
  const [options, body] = typeof first === "function" ? [{}, first] : [first, second!];
  const { timeout = defaultTimeout } = options;
  steps.push({ name: [...titles, name].join(" > "), timeout, body, isHook: false });
}

export function afterAll(body: Body): void {
  const name = [...titles, "afterAll"].join(" > ");
  hooks.push({ name, timeout: defaultTimeout, body, isHook: true });
}

/** Runs all tests that were declared. */
export async function runTests(): Promise<Results> {
  let passed = 0;
  const skipped: string[] = [];
  const failures: { test: string; message: string }[] = [];
  const all = [...steps, ...hooks];
  steps = [];
  hooks = [];
  for (const { name, timeout, body, isHook } of all) {
    try {
      await within(timeout, Promise.resolve({ skip }).then(body));
      if (!isHook) passed++;
    } catch (error) {
      if (error instanceof Skipped) skipped.push(`${name}: ${error.message}`);
      else failures.push({ test: name, message: String(error) });
    }
  }
  return { passed, skipped, failures };
}

function skip(reason = "skipped"): never {
  throw new Skipped(reason);
}

async function within(milliseconds: number, promise: Promise<unknown>): Promise<void> {
  let timer: ReturnType<typeof setTimeout>;
  const end = new Promise((_, reject) => {
    const late = (): void => reject(new Error(`it took longer than ${milliseconds} ms`));
    timer = setTimeout(late, milliseconds);
  });
  await Promise.race([promise, end]).finally(() => clearTimeout(timer));
}
