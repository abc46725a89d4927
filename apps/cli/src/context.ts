import type { Readable } from 'node:stream';

/** A stream that a command writes to. */
interface Output {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** The parts of the process that a command uses. Tests provide their own. */
export interface Context {
  readonly environment: NodeJS.ProcessEnv;
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Output;
  readonly stderr: Output;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}
