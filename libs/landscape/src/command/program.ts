import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { validated } from '../option-validation.js';
import { checkHealth } from './health-command.js';
import { DEFAULT_CONFIG, type LandscapeConfig, landscapeConfigSchema } from './landscape-config.js';
import type { RunningLandscape } from './landscape-files.js';
import { runLandscape } from './run-landscape.js';
import { StartError } from './start-error.js';
import { printTrust, removeTrust } from './trust-command.js';

/** The parts of the process that the command uses. */
export interface CommandContext {
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly print: (line: string) => void;
  readonly printError: (line: string) => void;
  /** Called when all files are written. */
  readonly ready: () => void;
  /** Resolves when the landscape must stop. */
  readonly ended: Promise<void>;
}

interface Options {
  readonly config?: string;
  readonly json?: boolean;
  readonly keep?: boolean;
  readonly iasPort?: number;
  readonly routerPort?: number;
  readonly adminPort?: number;
  readonly listen?: string;
  readonly adminHost?: string;
  readonly hostName: readonly string[];
  readonly tenantHost?: string;
  readonly route: readonly (readonly [string, string])[];
}

const CONFIG_FILE = 'landscape.config.json';

/** The command `ias-landscape`. */
export function landscapeProgram(context: CommandContext): Command {
  const program = new Command('ias-landscape');
  program
    .description(
      'Starts a local SAP Cloud Identity Services tenant and a router, and writes bindings for apps.',
    )
    .option('-c, --config <file>', `configuration (default: ${CONFIG_FILE}, if it exists)`)
    .option('--json', 'print one line of JSON when the landscape is ready')
    .option('--keep', 'keep the authority, client IDs, bindings and ports for the next start')
    .option('--ias-port <port>', 'port of the tenant (default: any free port)', port)
    .option('--router-port <port>', 'port of the router', port)
    .option('--admin-port <port>', 'port of the admin endpoint', port)
    .option('--route <host=url>', 'route to an app; repeatable', route, [])
    .option('--tenant-host <name>', 'host name of the tenant, e.g. my.accounts.localhost')
    .option('--host-name <name>', 'further name of this machine besides localhost; repeatable', append, [])
    .option('--listen <address>', 'address of tenant and router (default: 127.0.0.1)')
    .option(
      '--admin-host <address>',
      'address of the admin endpoint (default: 127.0.0.1); elsewhere it uses TLS',
    )
    .allowExcessArguments(false)
    .configureOutput({
      writeOut: (text) => context.print(text.trimEnd()),
      writeErr: (text) => context.printError(text.trimEnd()),
    })
    .action(async (options: Options) => {
      await runLandscape({
        config: withOptions(await readConfig(options.config, context.cwd), options),
        root: context.cwd,
        adminToken: adminTokenOf(context.environment),
        settingOf: (name) => `--${name}-port`,
        keep: options.keep === true,
        print: options.json === true ? context.printError : context.print,
        printError: context.printError,
        ready: (running) => {
          context.print(options.json === true ? JSON.stringify(running) : readyLine(running));
          context.ready();
        },
        ended: context.ended,
      });
    });
  program
    .command('trust')
    .description('Prints how to make clients trust the landscape of this folder. It installs nothing.')
    .addOption(
      new Option('--print', 'print the commands to run, and write a truststore for Java').conflicts('remove'),
    )
    .addOption(new Option('--remove', 'print the commands that undo it, and remove the truststore'))
    .allowExcessArguments(false)
    .action(async ({ remove, print }: { readonly remove?: boolean; readonly print?: boolean }) => {
      const command = { root: context.cwd, print: context.print };
      if (remove === true) await removeTrust(command);
      else if (print === true) await printTrust(command);
      else throw new StartError('Choose what to do: ias-landscape trust --print, or --remove.');
    });
  program
    .command('health')
    .description('Checks that the landscape of this folder runs and answers.')
    .allowExcessArguments(false)
    .action(async () => checkHealth(context.cwd, context.print));
  return program;
}

/** The line that is printed when the landscape is ready. */
function readyLine({ ias, router, admin }: RunningLandscape): string {
  return `Landscape ready: IAS ${ias}, router ${router}, admin ${admin}`;
}

const TOKEN = /^[\w.~+/=-]{16,}$/;

/**
 * Reads the bearer token of the admin endpoint.
 * @throws {StartError} if it is too short or cannot be in a header
 */
function adminTokenOf({
  LANDSCAPE_ADMIN_TOKEN: token,
}: Readonly<Record<string, string | undefined>>): string | undefined {
  if (token === undefined || TOKEN.test(token)) return token;
  throw new StartError(
    'LANDSCAPE_ADMIN_TOKEN must have at least 16 characters, only letters, digits and -._~+/=.',
  );
}

async function readConfig(path: string | undefined, cwd: string): Promise<LandscapeConfig> {
  const file = resolve(cwd, path ?? CONFIG_FILE);
  let content: string;
  try {
    content = await readFile(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (path === undefined && code === 'ENOENT') return DEFAULT_CONFIG;
    throw new StartError(`Cannot read the configuration ${file} (${code}).`, { cause: error });
  }
  try {
    return validated(
      landscapeConfigSchema,
      JSON.parse(content, (name, value: unknown) => {
        rejectPrototype(name, file);
        return value;
      }),
      file,
    );
  } catch (error) {
    const reason = error instanceof SyntaxError ? `${file}: not valid JSON` : (error as Error).message;
    throw new StartError(`The configuration is invalid. ${reason}.`, { cause: error });
  }
}

/**
 * A property with this name would change the prototype of the object, so the landscape would ignore it.
 * @throws {RangeError} if a property has this name
 */
function rejectPrototype(name: string, file: string): void {
  if (name === '__proto__') throw new RangeError(`${file}: the name "__proto__" is not allowed`);
}

function withOptions(config: LandscapeConfig, options: Options): LandscapeConfig {
  const { iasPort: ias, routerPort: router, adminPort: admin, listen, adminHost, tenantHost } = options;
  return {
    ...config,
    ports: {
      ...config.ports,
      ...(ias !== undefined && { ias }),
      ...(router !== undefined && { router }),
      ...(admin !== undefined && { admin }),
    },
    routes: { ...config.routes, ...Object.fromEntries(options.route) },
    hostNames: [...(config.hostNames ?? []), ...options.hostName],
    ...(listen !== undefined && { listen }),
    ...(adminHost !== undefined && { adminListen: adminHost }),
    ...(tenantHost !== undefined && { tenantHost }),
  };
}

function port(value: string): number {
  const number = Number(value);
  if (/^\d{1,5}$/.test(value) && number <= 65_535) return number;
  throw new InvalidArgumentError('It must be a port between 0 and 65535.');
}

function route(value: string, previous: readonly (readonly [string, string])[]) {
  const [, host, url] = /^([^=]+)=(.+)$/.exec(value) ?? [];
  if (host === undefined || url === undefined) {
    throw new InvalidArgumentError('It must be like orders.cert.localhost=http://localhost:8080.');
  }
  return [...previous, [host, url] as const];
}

function append(value: string, previous: readonly string[]): readonly string[] {
  return [...previous, value];
}
