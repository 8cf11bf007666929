/** What a command came to. */
export interface Outcome {
  /** For `--json`: the one object on standard output. */
  readonly json: { readonly [name: string]: unknown };
  /** For people, on standard output; may be empty. */
  readonly text: string;
  /** The exit code; 0 by default. */
  readonly code?: number;
}

/** Makes the action of a command: what it comes to is shown when it is done. */
export type Act = <Args extends unknown[]>(
  work: (...args: Args) => Promise<Outcome>,
) => (...args: Args) => Promise<void>;

/** What all commands are told. */
export interface CommonOptions {
  readonly json?: boolean;
  readonly quiet?: boolean;
}
