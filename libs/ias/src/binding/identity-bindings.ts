import { readFileSync } from 'node:fs';
import { BindingError, ConfigurationError } from '../errors/errors.js';
import type { IasSettings } from '../ias.settings.js';
import { parseIdentityBinding } from './identity-binding.parser.js';
import type { OwnKeyMaterial } from './identity-binding.parser.js';
import { readBoundInstances } from './identity-binding.reader.js';
import type { BoundInstance } from './identity-binding.reader.js';
import type { IdentityBinding } from './identity-binding.js';

/** The validated identity bindings of the app: who we are. */
export class IdentityBindings {
  private constructor(
    /** Every binding whose tokens are accepted; at least one. */
    readonly all: readonly IdentityBinding[],
  ) {}

  /**
   * Reads and validates the bindings.
   *
   * @param now ms since the epoch, for the validity of the certificate
   * @throws {BindingError} missing, ambiguous or broken; with `outbound`, also one that cannot fetch tokens
   * @throws {ConfigurationError} a key or certificate file cannot be read
   */
  static load(settings: IasSettings, now: number = Date.now()): IdentityBindings {
    const own = readOwnKeyMaterial(settings);
    const all = selectInstances(settings).map(({ name, credentials }) =>
      parseIdentityBinding(name, credentials, own),
    );
    const bindings = new IdentityBindings(all);
    if (settings.outbound) assertFetchesTokens(bindings.outbound, now);
    return bindings;
  }

  /**
   * The one binding that tokens are fetched with.
   *
   * @throws {BindingError} code `binding_ambiguous`: several are bound and none was chosen
   */
  get outbound(): IdentityBinding {
    const [first, ...others] = this.all;
    if (first === undefined || others.length > 0) {
      throw new BindingError(
        'binding_ambiguous',
        `Tokens can be fetched with one identity binding only, but ${this.all.length} are bound (${listNames(this.all)}): ` +
          'set IAS_SERVICE_NAME to the name of the one to use.',
      );
    }
    return first;
  }
}

function selectInstances({ credentials, serviceName }: IasSettings): BoundInstance[] {
  if (credentials !== undefined) return [{ name: serviceName ?? 'options', credentials }];
  const bound = readBoundInstances();
  const selected = serviceName === undefined ? bound : bound.filter(({ name }) => name === serviceName);
  if (selected.length > 0) return selected;
  throw new BindingError(
    'binding_missing',
    bound.length === 0
      ? 'No service instance with label "identity" is bound: bind one (cf bind-service), or start the local landscape (npm run landscape) and the app from the root of the repository.'
      : `No identity binding is named "${serviceName}" (IAS_SERVICE_NAME); bound are ${listNames(bound)}: correct the name.`,
  );
}

function assertFetchesTokens(binding: IdentityBinding, now: number): void {
  if (binding.clientSecret) return;
  if (binding.certificate) return binding.certificate.assertValidAt(now, binding.name);
  const remedy =
    binding.credentialType === 'X509_PROVIDED' || binding.credentialType === 'X509_ATTESTED'
      ? 'set IAS_PRIVATE_KEY_FILE and IAS_CERTIFICATE_FILE to its PEM files.'
      : `create the binding with '{"credential-type":"X509_GENERATED"}' and restage the app.`;
  throw new BindingError(
    'binding_cannot_fetch_tokens',
    `The identity binding "${binding.name}" has credential-type ${binding.credentialType} and no "certificate" with "key", so no token can be fetched: ${remedy}`,
  );
}

function readOwnKeyMaterial({ privateKey, privateKeyFile, certificateFile }: IasSettings): OwnKeyMaterial {
  const key = privateKeyFile === undefined ? privateKey : readPem(privateKeyFile, 'IAS_PRIVATE_KEY_FILE');
  return {
    ...(key !== undefined && { key }),
    ...(certificateFile !== undefined && { certificate: readPem(certificateFile, 'IAS_CERTIFICATE_FILE') }),
  };
}

function readPem(file: string, variable: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new ConfigurationError(
      `The file ${file} of ${variable} cannot be read: check the path and its permissions.`,
    );
  }
}

function listNames(named: readonly { readonly name: string }[]): string {
  return named.map(({ name }) => `"${name}"`).join(', ');
}
