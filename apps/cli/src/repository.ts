import { basename, relative } from 'node:path';
import { command } from './text/shell-quote.js';

/** Whether npm runs the script `ias` of the repository of this command. */
export function isRunInRepository({ npm_lifecycle_event, npm_package_name }: NodeJS.ProcessEnv): boolean {
  return npm_lifecycle_event === 'ias' && npm_package_name === 'nest-ias-workspace';
}

/** Makes the commands in a text ready to copy: in the repository, `ias` is an npm script. */
export function withCommandName(text: string, environment: NodeJS.ProcessEnv): string {
  const name = commandName(environment);
  return text.replaceAll(COMMAND, (_, subcommand: string) => `${name} ${subcommand}`);
}

const COMMAND = /\bias (curl|doctor|explain|inspect|rotate|token|verify)\b/g;

/**
 * How to call this command, for commands to copy.
 *
 * @param program path of the running file
 */
export function commandName(environment: NodeJS.ProcessEnv, program = process.argv[1] ?? ''): string {
  if (isRunInRepository(environment)) return 'npm run -s ias --';
  if (basename(program) === SINGLE_FILE) return command('node', relative(process.cwd(), program));
  // Never downloads a foreign package of this name (docs/decisions/0031-names-are-not-published-yet.md).
  return environment['npm_lifecycle_event'] === 'npx' ? 'npx --no ias' : 'ias';
}

/** `npm run build:cli` makes it. */
const SINGLE_FILE = 'ias.mjs';
