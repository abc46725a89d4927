import { Argument, Option } from 'commander';
import type { Command } from 'commander';
import type { BindingOptions } from './binding/source.js';
import type { Context } from './context.js';
import type { CurlOptions } from './curl/curl-command.js';
import type { DoctorCommandOptions } from './doctor/doctor-command.js';
import type { InspectOptions } from './inspect/inspect-command.js';
import type { TokenCommandOptions } from './token/token-command.js';
import type { VerifyOptions } from './verify/verify-command.js';

/** Runs a command: it writes to the context and returns the exit code, `undefined` for 0. */
export type Action<Options, Operands extends unknown[]> = (
  options: Options,
  ...operands: Operands
) => Promise<number | undefined | void>;

/** Adds a command to the program. */
type Define = <Options extends object, Operands extends unknown[]>(
  name: string,
  description: string,
  action: Action<Options, Operands>,
) => Command;

const SHELLS = ['bash', 'zsh'] as const;

/** Defines the commands. An action loads its code only when it runs, so that the command starts fast. */
export function defineCommands(define: Define, program: Command, context: Context): void {
  withToken(
    withBinding(
      define(
        'doctor',
        'Find out what keeps an app from fetching, sending or validating tokens',
        async (options: DoctorCommandOptions) => {
          const { doctor } = await import('./doctor/doctor-command.js');
          return doctor(options, context);
        },
      ),
    ),
  )
    .addOption(
      new Option(
        '--role <role>',
        'caller: the app fetches tokens; receiver: it validates them; default: receiver for credential-type NONE, else caller',
      ).choices(['caller', 'receiver']),
    )
    .option('--target <url>', 'full URL of an app to call (GET) with token and certificate')
    .option('--offline', 'run only the checks that need no network')
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
      async (options: InspectOptions, source: string | undefined) => {
        const { inspect } = await import('./inspect/inspect-command.js');
        return inspect(source, options, context);
      },
    ),
  )
    .argument('[source]', 'file, or - for standard input; without it, the binding')
    .option('--certificate <file>', 'certificate that a token should be bound to')
    .addHelpText(
      'after',
      examples('ias inspect --from service-key.json', 'ias inspect token.txt --certificate chain.pem'),
    );

  define('explain', 'Explain an error code: why it appears and what to do', async (_, code: string) => {
    const { explain } = await import('./explain/explain-command.js');
    explain(code, context);
  })
    .argument('<code>', 'code of an error, a log line or a problem response')
    .addHelpText('after', examples('ias explain client_rejected', 'ias explain proof_missing'));

  withToken(
    withBinding(
      define(
        'token',
        'Fetch an access token and print nothing else',
        async (options: TokenCommandOptions) => {
          const { token } = await import('./token/token-command.js');
          return token(options, context);
        },
      ),
    ),
  )
    .option('--print', 'print the token even if standard output is a terminal')
    .addHelpText('after', examples('ias token --from service-key.json | ias inspect -'));

  withBinding(
    define(
      'verify',
      'Check an access token as the guard of the app does, and print the code of the verdict',
      async (options: VerifyOptions, source: string) => {
        const { verify } = await import('./verify/verify-command.js');
        return verify(source, options, context);
      },
    ),
  )
    .argument('<source>', 'file with the token, or - for standard input')
    .option('--certificate <file>', 'certificate that the caller presents')
    .addHelpText('after', examples('ias token --from frontend.json | ias verify - --from backend.json'));

  withToken(
    withBinding(
      define(
        'curl',
        'Call an app with curl, a token and the certificate',
        async (options: CurlOptions, url: string) => {
          const { curl } = await import('./curl/curl-command.js');
          return curl(url, options, context);
        },
      ),
    ),
  )
    .argument('<url>', 'full URL of the app: https, or http on this machine')
    .option(
      '--dry-run',
      'print the command instead of running it, and keep its files, which contain the token and the key',
    )
    .addHelpText('after', examples('ias curl https://backend.cert.cfapps.eu10.hana.ondemand.com/endpoint'));

  withBinding(
    define(
      'rotate',
      'Print the commands that replace the certificate of an app, without running them',
      async (options: BindingOptions, app: string) => {
        const { rotate } = await import('./rotate/rotate-command.js');
        return rotate(app, options, context);
      },
    ),
  )
    .argument('<app>', 'name of the app, or of the ServiceBinding in Kubernetes')
    .addHelpText('after', examples('cf env frontend | ias rotate frontend --from -'));

  define(
    'landscape',
    'Start the local landscape, if @nest-ias/landscape is installed',
    async (_, parameters: readonly string[]) => {
      const { landscape } = await import('./landscape/landscape-command.js');
      return landscape(parameters, context);
    },
  )
    .argument('[options...]', 'passed on to the landscape')
    .allowUnknownOption()
    .passThroughOptions();

  define('completion', 'Print a completion script for a shell', async (_, shell: (typeof SHELLS)[number]) => {
    const { completionScript } = await import('./completion/completion-script.js');
    context.stdout.write(completionScript(program, shell));
  })
    .addArgument(new Argument('<shell>', 'shell to complete in').choices(SHELLS))
    .addHelpText('after', examples('source <(ias completion bash)'));
}

function withToken(command: Command): Command {
  return command
    .option('--resource <urn>', 'resource for which to fetch the token; can be repeated', collect)
    .option('--app-tid <id>', 'tenant of the subscriber for which to fetch the token')
    .option('--on-behalf-of <source>', "exchange a user's token, from a file or - for standard input");
}

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
