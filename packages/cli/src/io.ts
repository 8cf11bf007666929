/** Where a command writes to: the process's standard output and error have all of this. */
export interface OutputStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): unknown;
}

/** What a command has of the process that it runs in; programs and tests may give it something else. */
export interface Io {
  /** Results. */
  readonly stdout: OutputStream;
  /** Progress, notes and errors. */
  readonly stderr: OutputStream;
  /** The folder that names of files are seen from. */
  readonly cwd: string;
  readonly env: { readonly [name: string]: string | undefined };
  /** Has the listener called when the user wants the command to end, as by Ctrl-C; gives back what ends that. */
  onInterrupt(listener: () => void): () => void;
}
