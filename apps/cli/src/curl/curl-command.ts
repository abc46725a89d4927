import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { rootCertificates } from 'node:tls';
import { readFileSync } from 'node:fs';
import { readUsableBinding } from '../binding/selected-binding.js';
import type { UsableBinding } from '../binding/selected-binding.js';
import type { Context } from '../context.js';
import { CommandError } from '../failures.js';
import { targetUrl } from '../target-url.js';
import { command, shellQuote } from '../text/shell-quote.js';
import { fetchToken } from '../token/token-command.js';
import type { TokenCommandOptions } from '../token/token-command.js';
import { readUserToken } from '../token/user-token.js';
import { SecretFolder } from './secret-folder.js';

export interface CurlOptions extends TokenCommandOptions {
  readonly dryRun?: boolean;
}

/**
 * `ias curl`: calls an app with token and certificate. Both are in files, because every user of the machine can read
 * the arguments of a process.
 *
 * @returns the exit status of curl
 */
export async function curl(url: string, options: CurlOptions, context: Context): Promise<number> {
  const target = targetUrl(url);
  const userToken = await readUserToken(options, context);
  const usable = await readUsableBinding(options, context);
  const token = await fetchToken(usable.credential, { ...options, userToken }, context);
  const child = new CurlProcess();
  const folder = new SecretFolder((signal) => child.kill(signal));
  let isKept = false;
  try {
    const parameters = parametersFor(target, writeConfiguration(folder, usable, token, context));
    if (options.dryRun !== true) return await child.run(parameters);
    context.stdout.write(`${command('curl', ...parameters)}\n`);
    context.stderr.write(
      `The files contain the token and the private key. Remove them afterwards: rm -r ${shellQuote(folder.path)}\n`,
    );
    isKept = true;
    return 0;
  } finally {
    if (isKept) folder.keep();
    else folder.remove();
  }
}

/** Ignores `.curlrc` and proxies, which could redirect, log or replace what is sent. */
function parametersFor(target: URL, configuration: string): string[] {
  return [
    '--disable',
    '--silent',
    '--show-error',
    '--globoff',
    '--noproxy',
    '*',
    '--proto',
    `=${target.protocol.slice(0, -1)}`,
    '--config',
    configuration,
    '--url',
    target.href,
  ];
}

function writeConfiguration(
  folder: SecretFolder,
  { files, authorities }: UsableBinding,
  token: string,
  { environment }: Context,
): string {
  const trusted = trustedPem(authorities, environment);
  const entries = {
    header: `Authorization: Bearer ${token}`,
    ...(files && {
      cert: folder.write('certificate.pem', files.chain),
      key: folder.write('key.pem', files.key),
    }),
    ...(trusted !== undefined && { cacert: folder.write('authorities.pem', trusted) }),
  };
  const lines = Object.entries(entries).map(([name, value]) => `${name} = ${quoted(value)}\n`);
  return folder.write('curl.conf', lines.join(''));
}

/** The authorities that Node.js trusts; `undefined` for the defaults of curl. */
function trustedPem(
  authorities: readonly string[] | undefined,
  environment: NodeJS.ProcessEnv,
): string | undefined {
  if (authorities !== undefined) return authorities.join('\n');
  const extra = environment['NODE_EXTRA_CA_CERTS'];
  return extra ? [...rootCertificates, readFileSync(extra, 'utf8')].join('\n') : undefined;
}

/** The format of curl's configuration: double quotes, with backslashes before quotes and backslashes. */
function quoted(value: string): string {
  return `"${value.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}

/** A shell reports this status plus the number of the signal that ended a process. */
const SIGNAL_STATUS = 128;

/** Starts curl with the streams of this process. */
class CurlProcess {
  #child: ChildProcess | undefined;

  /** @returns its exit status */
  async run(parameters: readonly string[]): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#child = spawn('curl', parameters, { stdio: ['ignore', 'inherit', 'inherit'] });
      this.#child.once('error', () => reject(new CommandError('curl cannot be started: install it.')));
      this.#child.once('close', (code) => resolve(code ?? SIGNAL_STATUS));
    });
  }

  kill(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }
}
