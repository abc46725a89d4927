import { getProxyForUrl } from 'proxy-from-env';
import { ConfigurationError, isLoopback, readTrustedAuthorities, resolveSettings } from 'nest-ias/internal';
import { isObject } from '../binding/service.js';
import manifest from '../../package.json' with { type: 'json' };
import { command, shellQuote } from '../text/shell-quote.js';
import { broken, ok } from './check.js';
import type { Finding } from './check.js';
import type { Investigation } from './investigation.js';

const OWN_FILES = [
  ['own key', ['IAS_PRIVATE_KEY', 'IAS_PRIVATE_KEY_FILE']],
  ['own certificate', ['IAS_CERTIFICATE_FILE']],
] as const;

const OLDEST: Readonly<Record<number, number>> = { 20: 19, 22: 12 };

/** Whether the apps start on this version of Node.js (docs/decisions/0019-supported-versions-of-node.md). */
export function checkNode(version: string): Finding {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  const isSupported = major >= 24 || minor >= (OLDEST[major] ?? Number.POSITIVE_INFINITY);
  if (isSupported) return ok(`Node.js ${version}`);
  return broken(`Node.js ${version} is not supported`, {
    cause: `The apps need Node.js ${manifest.engines.node}.`,
    remedy:
      'Install Node.js 24. For the buildpack of Cloud Foundry, in the folder that is deployed:\nnpm pkg set engines.node=24.x',
    code: 'configuration_invalid',
  });
}

/** Variables that keep the apps from starting, or from reaching the tenant. */
export async function checkEnvironment(investigation: Investigation): Promise<Finding> {
  const { environment } = investigation.context;
  // Read first, because later checks need it, even if other variables are broken.
  const invalid = await readVariables(investigation);
  if (environment['NODE_TLS_REJECT_UNAUTHORIZED'] === '0') {
    return broken('NODE_TLS_REJECT_UNAUTHORIZED=0 is set', {
      cause:
        'It turns off the verification of servers, so that anyone in between could read secrets and issue tokens. The apps refuse to start.',
      remedy:
        'Name the authority to trust in IAS_CA_FILE instead, and remove the variable:\nunset NODE_TLS_REJECT_UNAUTHORIZED',
      code: 'configuration_invalid',
    });
  }
  const proxy = findProxy(investigation);
  if (proxy !== undefined) return proxy;
  const [first] = invalid;
  if (first === undefined) return ok(describe(environment));
  return broken(
    invalid.length > 1 ? 'Variables of the app are invalid' : 'A variable of the app is invalid',
    {
      // The remedy follows; the message has a general one.
      cause: invalid
        .map(({ message }) => message.replace(' Correct it and start the app again.', ''))
        .join(' '),
      remedy: correction(invalid),
      code: first.code,
    },
  );
}

/** Without a variable, its default applies. */
function correction(errors: readonly ConfigurationError[]): string {
  const names = errors.flatMap(({ message }) => /\b[A-Z]+(?:_[A-Z]+)+\b/.exec(message) ?? []);
  const advice = 'Correct the value and start the app again';
  return names.length === 0
    ? `${advice}.`
    : `${advice}, or remove it:\n${command('unset', ...new Set(names))}`;
}

/** Reads each part separately, so that checks that do not need a broken part still run. */
async function readVariables(investigation: Investigation): Promise<ConfigurationError[]> {
  const { settings, unreadable, context } = investigation;
  const errors: ConfigurationError[] = [];
  const attempt = (read: () => void, onFailure?: () => void) => {
    try {
      read();
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      errors.push(error);
      onFailure?.();
    }
  };
  const { environment } = context;
  for (const [name, value] of variablesOf(environment))
    attempt(() => void resolveSettings({}, { [name]: value }));
  attempt(
    () => {
      investigation.authorities = readTrustedAuthorities(settings);
    },
    () => unreadable.add('authorities'),
  );
  if (settings.caFile === undefined && environment['IAS_CA_FILE'] !== undefined)
    unreadable.add('authorities');
  for (const [part, variables] of OWN_FILES) {
    const own = Object.fromEntries(
      variables.flatMap((name) => (environment[name] === undefined ? [] : [[name, environment[name]]])),
    );
    if (Object.keys(own).length === 0) continue;
    const { readOwnKeyMaterial } = await import('../binding/environment.js');
    attempt(
      () => {
        investigation.own = { ...investigation.own, ...readOwnKeyMaterial(own) };
      },
      () => unreadable.add(part),
    );
  }
  return errors.filter(
    ({ message }, index) => errors.findIndex((error) => error.message === message) === index,
  );
}

/** The settings of the valid variables, for checks that need them even if other variables are invalid. */
export function lenientSettings(environment: NodeJS.ProcessEnv): Investigation['settings'] {
  const valid = variablesOf(environment).filter(([name, value]) => isValid({ [name]: value }));
  return resolveSettings({}, Object.fromEntries(valid));
}

/** Without the variable that has its own check. */
function variablesOf(environment: NodeJS.ProcessEnv): [name: string, value: string | undefined][] {
  return Object.entries(environment).filter(([name]) => name !== 'NODE_TLS_REJECT_UNAUTHORIZED');
}

function isValid(variable: NodeJS.ProcessEnv): boolean {
  try {
    resolveSettings({}, variable);
    return true;
  } catch {
    return false;
  }
}

/** The apps connect directly and refuse to start if a proxy is set for the tenant or the called app. */
function findProxy({ source, context, options: { target } }: Investigation): Finding | undefined {
  const tenants = (source?.services ?? []).flatMap(({ credentials }) =>
    isObject(credentials) && typeof credentials['url'] === 'string' ? [credentials['url']] : [],
  );
  for (const url of [...tenants, ...(target === undefined ? [] : [target.href])]) {
    if (!URL.canParse(url)) continue;
    const { hostname } = new URL(url);
    if (isLoopback(hostname) || getProxyForUrl(url) === '') continue;
    return broken(`A proxy is set for ${hostname}`, {
      cause:
        'HTTPS_PROXY or ALL_PROXY applies to this host. The apps authenticate with a client certificate, which a proxy would not pass on, so they connect directly and refuse to start.',
      remedy: `Exempt the host, and let the app reach it directly:\n${exempt(hostname, context.environment)}`,
      code: 'configuration_invalid',
    });
  }
  return undefined;
}

/** If both are set, the lower-case variable takes precedence. */
function exempt(hostname: string, environment: NodeJS.ProcessEnv): string {
  const name = environment['no_proxy'] ? 'no_proxy' : 'NO_PROXY';
  return `export ${name}=${shellQuote([environment[name], hostname].filter(Boolean).join(','))}`;
}

function describe({ IAS_CA_FILE, NODE_EXTRA_CA_CERTS }: NodeJS.ProcessEnv): string {
  const extra = [IAS_CA_FILE && 'IAS_CA_FILE', NODE_EXTRA_CA_CERTS && 'NODE_EXTRA_CA_CERTS'].filter(Boolean);
  return extra.length > 0
    ? `no proxy in the way; additional authorities from ${extra.join(' and ')}`
    : 'no proxy in the way';
}
