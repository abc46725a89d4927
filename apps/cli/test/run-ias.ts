import { Readable } from 'node:stream';
import { run } from '../src/program.js';

/** What a run of the command wrote, and its exit code. */
export interface Outcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** Text on standard input. @default a terminal */
  readonly input?: string;
  /** @default none */
  readonly environment?: NodeJS.ProcessEnv;
  /** Milliseconds since the epoch. @default now */
  readonly now?: number | (() => number);
  /** Whether the output is a terminal. @default false */
  readonly isTerminal?: boolean;
}

/** Runs the command in this process. */
export async function runIas(parameters: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  const { input, environment = {}, now = Date.now(), isTerminal = false } = options;
  const written = { stdout: '', stderr: '' };
  const output = (name: keyof typeof written) => ({
    isTTY: isTerminal,
    write: (text: string) => {
      written[name] += text;
    },
  });
  const exitCode = await run(parameters, {
    environment,
    stdin: Object.assign(Readable.from(input === undefined ? [] : [Buffer.from(input)]), {
      isTTY: input === undefined,
    }),
    stdout: output('stdout'),
    stderr: output('stderr'),
    now: typeof now === 'number' ? () => now : now,
  });
  return { exitCode, ...written };
}
