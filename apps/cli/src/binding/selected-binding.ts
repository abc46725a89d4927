import {
  createClientCredential,
  parseIdentityBinding,
  readTrustedAuthorities,
  repairPem,
  resolveSettings,
} from 'nest-ias/internal';
import type { ClientCredential, IasSettings, IdentityBinding, OwnKeyMaterial } from 'nest-ias/internal';
import type { Context } from '../context.js';
import { CommandError } from '../failures.js';
import { commandName } from '../repository.js';
import { isObject, textOf } from './service.js';
import type { Service } from './service.js';
import { readSource } from './source.js';
import type { BindingOptions } from './source.js';

/** The service that a command works with, and the variables of the app. */
export interface SelectedService {
  readonly service: Service;
  /** Name of the app, if the source contains it. */
  readonly app: string | undefined;
  readonly settings: IasSettings;
}

/**
 * Selects the one identity instance of the source.
 *
 * @throws {CommandError} there is none, or several and none is chosen
 * @throws {ConfigurationError} a variable is invalid
 */
export async function selectService(options: BindingOptions, context: Context): Promise<SelectedService> {
  const { services, app, where } = await readSource(options, context);
  const settings = resolveSettings({}, context.environment);
  const wanted = options.service ?? settings.serviceName;
  const selected = services.filter(
    ({ name, label }) =>
      (label === 'identity' || label === undefined) &&
      (wanted === undefined || name === undefined || name === wanted),
  );
  const [service] = selected;
  if (service === undefined) {
    throw new CommandError(
      `There is no identity binding${wanted === undefined ? '' : ` "${wanted}"`} in ${where}: find out why with ${commandName(context.environment)} doctor.`,
      'binding_missing',
    );
  }
  if (selected.length > 1) {
    const names = selected.map(({ name }) => `"${name ?? '?'}"`).join(', ');
    throw new CommandError(
      `There are several identity bindings in ${where} (${names}): select one with --service.`,
      'binding_ambiguous',
    );
  }
  return { service, app, settings };
}

/** A binding that can fetch tokens. */
export interface UsableBinding {
  readonly binding: IdentityBinding;
  readonly credential: ClientCredential;
  readonly authorities: readonly string[] | undefined;
  /** PEM of the client certificate and its key, for another program. */
  readonly files: { readonly chain: string; readonly key: string } | undefined;
}

/**
 * Reads a binding that can fetch tokens.
 *
 * @throws {BindingError} it is broken, its certificate is expired, or it has no credential
 */
export async function readUsableBinding(options: BindingOptions, context: Context): Promise<UsableBinding> {
  const { service, settings } = await selectService(options, context);
  const own = hasOwnFiles(settings) ? await readOwn(context) : {};
  const name = service.name ?? '(service key)';
  const binding = parseIdentityBinding(name, service.credentials, own);
  binding.certificate?.assertValidAt(context.now(), name);
  const authorities = readTrustedAuthorities(settings);
  return {
    binding,
    credential: createClientCredential(binding, authorities),
    authorities,
    files: binding.certificate && filesOf(service, own),
  };
}

const hasOwnFiles = ({ privateKey, privateKeyFile, certificateFile }: IasSettings) =>
  privateKey !== undefined || privateKeyFile !== undefined || certificateFile !== undefined;

async function readOwn({ environment }: Context): Promise<OwnKeyMaterial> {
  const { readOwnKeyMaterial } = await import('./environment.js');
  return readOwnKeyMaterial(environment);
}

/** The same texts that {@link parseIdentityBinding} has validated. */
function filesOf({ credentials }: Service, own: OwnKeyMaterial): UsableBinding['files'] {
  const bound = isObject(credentials) ? credentials : {};
  const isOwn = textOf(bound['credential-type']) !== 'X509_GENERATED' && own.key !== undefined;
  const chain = (isOwn ? own.certificate : undefined) ?? textOf(bound['certificate']) ?? '';
  const key = (isOwn ? own.key : undefined) ?? textOf(bound['key']) ?? '';
  const blocks = (text: string, label: string) =>
    repairPem(text)
      .filter((block) => block.label.endsWith(label))
      .map(({ pem }) => pem)
      .join('');
  return { chain: blocks(chain, 'CERTIFICATE'), key: blocks(key, 'PRIVATE KEY') };
}
