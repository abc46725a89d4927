import { Command, CommanderError, Option } from 'commander';
import manifest from '../package.json' with { type: 'json' };
import type { Context } from './context.js';
import { CommandError, UsageError } from './failures.js';
import type { DoctorCommandOptions } from './doctor/doctor-command.js';
import { EXIT_CODES } from './exit-codes.js';
import type { ExitCode } from './exit-codes.js';
import { visible } from './text/visible.js';

/** What a command does: it writes to the context and returns its exit code, `undefined` for 0. */
type Action<Options> = (options: Options, ...operands: string[]) => Promise<ExitCode | undefined | void>;

/** Runs the command `ias` with its arguments and returns the exit code. It never throws for what a user can cause. */
export async function run(parameters: readonly string[], context: Context): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT_CODES.done;
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

/** Only errors with a message for operators are shown; others could contain a request with its key. */
function report(error: unknown, { stderr }: Context): ExitCode {
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

/** Defines the commands. An action loads its code only when it runs, so that the command starts fast. */
export function createProgram(context: Context, exit: (code: ExitCode) => void = () => {}): Command {
  const program = new Command('ias')
    .description(manifest.description)
    .version(manifest.version)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void context.stdout.write(text),
      writeErr: (text) => void context.stderr.write(text),
      outputError: (text, write) => write(visible(text.trimEnd()).concat('\n')),
    })
    .showHelpAfterError('Run with --help to see commands and options.')
    .addHelpText('after', EXIT_CODES_HELP);

  const define = <Options extends object>(syntax: string, description: string, action: Action<Options>) =>
    program
      .command(syntax)
      .description(description)
      .allowExcessArguments(false)
      .action(async (...values: unknown[]) => {
        const command = values.at(-1) as Command;
        const result = await action(command.opts<Options>(), ...(command.processedArgs as string[]));
        if (result !== undefined) exit(result);
      });

  withBinding(
    define(
      'doctor',
      'Find out what keeps an app from fetching, sending or validating tokens',
      async (options: DoctorCommandOptions) => {
        const { doctor } = await import('./doctor/doctor-command.js');
        return doctor(options, context);
      },
    ),
  )
    .addOption(
      new Option(
        '--role <role>',
        'what the app does with tokens; default: receiver for credential-type NONE, else caller',
      ).choices(['caller', 'receiver']),
    )
    .option('--resource <urn>', 'resource for which to fetch the token; can be repeated', collect)
    .option('--app-tid <id>', 'tenant of the subscriber for which to fetch the token')
    .option('--on-behalf-of <source>', 'exchange the token of a user: - for standard input, or a file')
    .option('--target <url>', 'app to call with token and certificate: a full address, called with GET')
    .option('--offline', 'check only what needs no network')
    .option('--strict', 'exit with 1 if there are warnings')
    .option('--json', 'print the result as JSON')
    .option('--report <file>', 'also write the result to a new file, to attach to a ticket')
    .addHelpText(
      'after',
      examples(
        'ias doctor',
        'cf env frontend | ias doctor --from -',
        'ias doctor --from service-key.json --target https://backend.cert.cfapps.eu10.hana.ondemand.com/endpoint',
      ),
    );

  withBinding(
    define(
      'inspect',
      'Explain a token, a certificate, a key, a forwarded certificate or a binding',
      async (options, source) => {
        const { inspect } = await import('./inspect/inspect-command.js');
        return inspect(source, options, context);
      },
    ),
  )
    .argument('[source]', 'file, or - for standard input; without it, the binding')
    .option('--certificate <file>', 'certificate to which a token should belong')
    .addHelpText(
      'after',
      examples('ias inspect --from service-key.json', 'ias inspect token.txt --certificate chain.pem'),
    );

  define('explain', 'Explain an error code: why it appears and what to do', async (_, code = '') => {
    const { explain } = await import('./explain/explain-command.js');
    explain(code, context);
  })
    .argument('<code>', 'code of an error, a log line or a problem response')
    .addHelpText('after', examples('ias explain client_rejected', 'ias explain proof_missing'));

  return program;
}

const EXIT_CODES_HELP = `
Exit codes: 0 done, 1 warnings with --strict, 2 broken or refused, 3 usage`;

function withBinding(command: Command): Command {
  return command
    .option('--from <source>', 'binding: vcap (the environment, default), a file, or - for standard input')
    .option(
      '--service <name>',
      'service instance, if the source contains several (default: IAS_SERVICE_NAME)',
    );
}

/** Collects the values of an option that can be repeated. */
function collect(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, value];
}

function examples(...commands: readonly string[]): string {
  return `\nExamples:\n${commands.map((command) => `  ${command}\n`).join('')}`;
}
