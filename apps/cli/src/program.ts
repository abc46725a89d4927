import { Command, CommanderError } from 'commander';
import { defineCommands } from './commands.js';
import type { Action } from './commands.js';
import manifest from '../package.json' with { type: 'json' };
import type { Context } from './context.js';
import { CommandError, UsageError } from './failures.js';
import { withCommandName } from './repository.js';
import { EXIT_CODES, EXIT_CODES_HELP } from './exit-codes.js';
import { visible } from './text/visible.js';

/**
 * Runs the command `ias` with its arguments and returns the exit code. It never throws for an error that the user
 * caused.
 */
export async function run(parameters: readonly string[], context: Context): Promise<number> {
  let exitCode: number = EXIT_CODES.done;
  const program = createProgram(context, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync(parameters, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_CODES.done : EXIT_CODES.usage;
    return report(error, context);
  }
}

/** Shows only errors with a message for operators; others could contain a request with its key. */
function report(error: unknown, { stderr }: Context): number {
  if (error instanceof UsageError) {
    stderr.write(`error: ${visible(error.message)}\n`);
    return EXIT_CODES.usage;
  }
  if (error instanceof CommandError || isIasError(error)) {
    stderr.write(`error: ${visible(error.message)}${error.code === undefined ? '' : ` (${error.code})`}\n`);
    return EXIT_CODES.broken;
  }
  const stack = error instanceof Error ? (error.stack ?? error.name).split('\n').slice(1, 4).join('\n') : '';
  stderr.write(
    `error: the command failed with ${error instanceof Error ? error.name : typeof error}.\n${visible(stack)}\n`,
  );
  return EXIT_CODES.broken;
}

/** Errors of `nest-ias`, without loading it. */
function isIasError(error: unknown): error is Error & { readonly code: string } {
  return (
    error instanceof Error &&
    /^(Binding|Configuration|TokenRequest|Downstream)Error$/.test(error.name) &&
    'code' in error
  );
}

/** Creates the command `ias`: its general options, its help and its output. `commands.ts` defines its subcommands. */
export function createProgram(context: Context, exit: (code: number) => void = () => {}): Command {
  const program = new Command('ias')
    .description(manifest.description)
    .version(manifest.version)
    .exitOverride()
    .enablePositionalOptions()
    .configureOutput({
      writeOut: (text) => void context.stdout.write(withCommandName(text, context.environment)),
      writeErr: (text) => void context.stderr.write(withCommandName(text, context.environment)),
      outputError: (text, write) => write(visible(text.trimEnd().replaceAll('\n', ' ')).concat('\n')),
    })
    .showHelpAfterError('Run with --help to see commands and options.')
    .addHelpText('after', EXIT_CODES_HELP);

  const define = <Options extends object, Operands extends unknown[]>(
    name: string,
    description: string,
    action: Action<Options, Operands>,
  ) =>
    program
      .command(name)
      .description(description)
      .allowExcessArguments(false)
      .action(async (...values: unknown[]) => {
        const command = values.at(-1) as Command;
        const result = await action(command.opts<Options>(), ...(command.processedArgs as Operands));
        if (result !== undefined) exit(result);
      });

  defineCommands(define, program, context);
  return program;
}
