import { BindingError, printable } from '../errors/ias-error.js';
import type { IasSettings } from '../core/settings.js';
import { fingerprintOf, readBindingSource, onlyOne } from './binding-source.js';
import type { BindingSource } from './binding-source.js';
import { parseIdentityBinding } from './identity-binding.js';
import type { IdentityBinding } from './identity-binding.js';

/** The validated identity bindings of the app. They can be renewed while the app runs. */
export class IdentityBindings {
  #all: readonly IdentityBinding[];
  #fingerprint: string;
  /** Error code of the last change at the source, if it was rejected; `undefined` while its bindings are in use. */
  refusedChange: string | undefined;

  private constructor(bindings: readonly IdentityBinding[], source: BindingSource) {
    this.#all = bindings;
    this.#fingerprint = fingerprintOf(source);
  }

  /**
   * Reads and validates the bindings.
   *
   * @param now ms since the epoch, for the validity of the certificate
   * @throws {BindingError} the binding is missing, ambiguous or broken, or cannot fetch tokens although `outbound` is
   * set
   * @throws {ConfigurationError} a key or certificate file cannot be read
   */
  static load(settings: IasSettings, now: number = Date.now()): IdentityBindings {
    const source = readBindingSource(settings);
    return new IdentityBindings(parseSource(source, settings, now), source);
  }

  /** No binding, for tests that replace the guard: the app accepts and fetches no tokens. */
  static none(): IdentityBindings {
    return new IdentityBindings([], { instances: [], own: {} });
  }

  /** Fingerprint of the source of the current bindings. */
  get fingerprint(): string {
    return this.#fingerprint;
  }

  /** All bindings, at least one unless a test replaced the guard. The guard accepts tokens of each. */
  get all(): readonly IdentityBinding[] {
    return this.#all;
  }

  /**
   * The binding for fetching tokens; a new object after a renewal.
   *
   * @throws {BindingError} code `binding_ambiguous`: several are bound and none is selected
   */
  get outbound(): IdentityBinding {
    return onlyOne(this.#all);
  }

  /**
   * Replaces all bindings with those of the source, or none of them.
   *
   * @throws {BindingError} the new bindings are broken, or for another application
   */
  renew(source: BindingSource, settings: IasSettings, now: number): void {
    const next = parseSource(source, settings, now);
    for (const binding of this.#all) assertSameApplication(binding, next);
    this.#all = next;
    this.#fingerprint = fingerprintOf(source);
  }
}

function parseSource(
  { instances, own }: BindingSource,
  settings: IasSettings,
  now: number,
): IdentityBinding[] {
  const bindings = instances.map(({ name, credentials }) => parseIdentityBinding(name, credentials, own));
  if (settings.outbound) assertFetchesTokens(onlyOne(bindings), now);
  return bindings;
}

/** A binding of another tenant or application changes which tokens are accepted and fetched: that needs a restart. */
function assertSameApplication(binding: IdentityBinding, next: readonly IdentityBinding[]): void {
  const renewed = next.find(({ name }) => name === binding.name);
  if (renewed?.clientId === binding.clientId && renewed.url === binding.url) return;
  throw new BindingError(
    'binding_invalid',
    `The identity binding "${printable(binding.name)}" has a new "clientid" or "url", or was removed: restart the app to use the change.`,
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
    `The identity binding "${printable(binding.name)}" cannot fetch tokens: it has credential-type ${binding.credentialType} and no "certificate" with "key"; ${remedy}`,
  );
}
