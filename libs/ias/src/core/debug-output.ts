import { createRequire } from 'node:module';
import { debuglog } from 'node:util';
import { Logger } from '@nestjs/common';
import xsenv from '@sap/xsenv';
import { errors } from '@sap/xssec';
import ownDebug from 'debug';
import { isDeployed } from './deployment.js';
import { ConfigurationError } from '../errors/ias-error.js';

/** Parts of Node.js that print requests and bytes, access tokens included, if `NODE_DEBUG` names them. */
const NODE_SECTIONS = ['http', 'https', 'http2', 'net', 'tls', 'undici'] as const;

/** Loggers of `@sap/xssec` and `@sap/xsenv` that print tokens and bindings if `DEBUG` names them. */
const LOGGERS: ReadonlySet<string> = new Set(['xssec', 'xsenv', 'cf-services']);

/** A copy of the package `debug`. */
type Debug = typeof ownDebug & { namespaces?: string };

const silenced = new WeakSet<Debug>();
/** Those of {@link LOGGERS} that asked a silenced copy whether they are enabled. */
const silentLoggers = new Set<string>();

silenceLoggers();

/**
 * Ensures that debug output contains no access token and no secret. If it cannot ensure that, it warns in development.
 *
 * @throws {ConfigurationError} the app is deployed and its debug output could contain them
 */
export function assertNoSecretIsDebugged(environment: NodeJS.ProcessEnv): void {
  // The app may have loaded another copy of xssec since.
  silenceLoggers();
  for (const problem of [findNodeSections(), findLoggers(environment)]) {
    if (problem === undefined) continue;
    if (isDeployed(environment)) throw new ConfigurationError(problem);
    new Logger('IasModule').warn(problem);
  }
}

/** Asks Node.js, which reads the variable only once (lib/internal/util/debuglog.js). */
function findNodeSections(): string | undefined {
  const printing = NODE_SECTIONS.filter((section) => debuglog(section).enabled);
  if (printing.length === 0) return undefined;
  return (
    `NODE_DEBUG makes Node.js print access tokens (${printing.join(', ')}): unset NODE_DEBUG. ` +
    'To debug, raise the log level of the app, or subscribe to diagnostics_channel "http.client.request.start".'
  );
}

/** Finds loggers of a copy of `debug` that cannot be reached, for example in a linked package or a bundle. */
function findLoggers({ DEBUG }: NodeJS.ProcessEnv): string | undefined {
  if (!DEBUG) return undefined;
  void new errors.TokenValidationError({ jwt: '' });
  try {
    xsenv.loadCertificates('no file: nest-ias checks that this line is not printed');
  } catch {
    // The file does not exist.
  }
  if (['xssec', 'xsenv'].every((logger) => silentLoggers.has(logger))) return undefined;
  return (
    'DEBUG can make @sap/xssec or @sap/xsenv print access tokens and secrets, and their loggers cannot be silenced: ' +
    'unset DEBUG. To debug, raise the log level of the app, or install one copy of these packages and of "debug".'
  );
}

/** Silences {@link LOGGERS}, and no others, of the copies of `debug` that xssec, xsenv or this package uses. */
function silenceLoggers(): void {
  for (const debug of [ownDebug, ...debugOfLoadedPackages()]) {
    if (!silenced.has(debug)) silence(debug);
  }
}

function silence(debug: Debug): void {
  silenced.add(debug);
  const isEnabled = debug.enabled;
  debug.enabled = (namespace) => {
    if (!LOGGERS.has(namespace)) return isEnabled(namespace);
    silentLoggers.add(namespace);
    return false;
  };
  // A logger remembers whether it is enabled until `namespaces` changes; an empty entry enables nothing.
  debug.namespaces = `${debug.namespaces ?? ''},`;
}

/** The copy of `debug` for each copy of xssec and xsenv in this process, those of the app included. */
function debugOfLoadedPackages(): Debug[] {
  const files = Object.keys(createRequire(process.execPath).cache);
  const folders = files.flatMap((file) => /^.*[\\/]@sap[\\/](?:xssec|xsenv)[\\/]/.exec(file) ?? []);
  return [...new Set(folders)].map((folder) => createRequire(folder)('debug') as Debug);
}
