import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Context } from '../context.js';
import { CommandError } from '../failures.js';
import { isRunInRepository } from '../repository.js';

const PACKAGE = '@nest-ias/landscape';
const COMMAND = 'ias-landscape';
const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/**
 * `ias landscape`: starts the local landscape, in this repository or from the installed package.
 *
 * @returns its exit status
 */
export async function landscape(parameters: readonly string[], { environment }: Context): Promise<number> {
  const [program, ...first] = isRunInRepository(environment)
    ? ['npm', 'run', '-s', 'landscape', '--']
    : [process.execPath, installedCommand()];
  return runToTheEnd(program ?? process.execPath, [...first, ...parameters]);
}

/**
 * @throws {CommandError} the package is too old, or is installed neither in the working directory nor with this command
 */
function installedCommand(): string {
  const manifest = [join(process.cwd(), 'package.json'), import.meta.url]
    .map(find)
    .find((path) => path !== undefined);
  if (manifest === undefined) {
    throw new CommandError(
      `${PACKAGE} is not installed here: in its repository, run "npm run build:packages && npm pack ./dist/packages/landscape", and install the archive.`,
    );
  }
  const { bin } = JSON.parse(readFileSync(manifest, 'utf8')) as { bin?: Readonly<Record<string, string>> };
  const command = bin?.[COMMAND];
  if (command === undefined)
    throw new CommandError(`The installed ${PACKAGE} has no command ${COMMAND}: install a newer one.`);
  const program = join(dirname(manifest), command);
  if (!existsSync(program))
    throw new CommandError(
      `${PACKAGE} is a source folder here, which was not built: in the repository, run "npm run landscape".`,
    );
  return program;
}

function find(from: string): string | undefined {
  try {
    return createRequire(from).resolve(`${PACKAGE}/package.json`);
  } catch {
    return undefined;
  }
}

/** The landscape stops when it gets a signal; this process waits for it. */
async function runToTheEnd(program: string, parameters: readonly string[]): Promise<number> {
  const child = spawn(program, parameters, { stdio: 'inherit' });
  const pass = (signal: NodeJS.Signals) => void child.kill(signal);
  for (const signal of SIGNALS) process.on(signal, pass);
  try {
    return await new Promise((resolve, reject) => {
      child.once('error', () => reject(new CommandError(`${program} cannot be started.`)));
      child.once('close', (code) => resolve(code ?? 1));
    });
  } finally {
    for (const signal of SIGNALS) process.off(signal, pass);
  }
}
