import type { Application } from '../tenant/application.js';
import type { BindingRequest } from './binding-request.js';
import type { IdentityBindingIssuer } from './identity-binding-issuer.js';
import type { CredentialType, IdentityCredentials } from './identity-credentials.js';

/** A binding with a name, which can be rotated. */
export interface NamedBinding {
  readonly name: string;
  readonly type: CredentialType;
  /** The application that the binding belongs to. */
  readonly application: Application;
  /** The current credentials. */
  readonly credentials: IdentityCredentials;
  /** Whether a rotation writes the credentials to files. */
  readonly isPublished: boolean;
}

/** Input for a named binding. */
export interface NamedBindingRequest {
  readonly request: BindingRequest;
  readonly application: Application;
  /** Writes new credentials to the files of the binding. Without it, only the caller of a rotation gets them. */
  readonly publish?: ((credentials: IdentityCredentials) => Promise<void>) | undefined;
  /** Credentials that the application already has, from an earlier start of the landscape. */
  readonly kept?: IdentityCredentials | undefined;
}

/** Is called with each binding that has got new credentials, and the parameters as they were requested. */
export type BindingListener = (binding: NamedBinding & { readonly request: BindingRequest }) => Promise<void>;

interface Entry extends NamedBindingRequest {
  /** The parameters as they were requested, without the default app identifier. */
  readonly requested: BindingRequest;
  credentials: IdentityCredentials;
  previous: IdentityCredentials | undefined;
  /** Rotations run one after the other. */
  rotation: Promise<unknown>;
}

const NAME = /^[\w.-]{1,64}$/;
const LONGEST_APP_IDENTIFIER = 20;

/** The bindings that have a name. */
export class BindingRegistry {
  readonly #entries = new Map<string, Entry>();
  readonly #issuer: IdentityBindingIssuer;
  readonly #onBinding: BindingListener | undefined;

  constructor(issuer: IdentityBindingIssuer, onBinding?: BindingListener) {
    this.#issuer = issuer;
    this.#onBinding = onBinding;
  }

  get all(): readonly NamedBinding[] {
    return Array.from(this.#entries, ([name, entry]) => described(name, entry));
  }

  /** Returns a name that no binding has. */
  freeName(): string {
    for (let number = 1; ; number += 1) {
      const name = `binding-${number}`;
      if (!this.#entries.has(name)) return name;
    }
  }

  /** @throws {RangeError} if there is no binding with this name */
  get(name: string): NamedBinding {
    return described(name, this.#entry(name));
  }

  /**
   * Issues a binding and publishes it.
   * @throws {RangeError} if the name is invalid or taken, or the identity service rejects the parameters
   */
  async add(name: string, content: NamedBindingRequest): Promise<NamedBinding> {
    if (!NAME.test(name)) {
      throw new RangeError('A binding needs a name of letters, digits, "_", "." and "-", at most 64.');
    }
    if (this.#entries.has(name)) throw new RangeError(`The landscape already has a binding ${name}.`);
    const { kept, ...given } = content;
    const named = { ...given, request: withAppIdentifier(name, given.request) };
    const credentials = await this.#issuer.issue(named.request, named.application, kept);
    if (this.#entries.has(name)) {
      this.#issuer.remove(credentials);
      throw new RangeError(`The landscape already has a binding ${name}.`);
    }
    const requested = given.request;
    this.#entries.set(name, {
      ...named,
      requested,
      credentials,
      previous: undefined,
      rotation: Promise.resolve(),
    });
    try {
      await named.publish?.(credentials);
      await this.#notify(name);
    } catch (error) {
      this.#entries.delete(name);
      this.#issuer.remove(credentials);
      throw error;
    }
    return this.get(name);
  }

  /**
   * Replaces the credentials of a binding and publishes the new ones. The previous ones stay valid until the next
   * rotation, so that apps have time to change.
   * @throws {RangeError} if there is no binding with this name, or the landscape did not create its credentials
   */
  async rotate(name: string): Promise<NamedBinding> {
    const entry = this.#entry(name);
    const { type } = entry.request;
    if (type !== 'X509_GENERATED' && type !== 'SECRET') {
      throw new RangeError(`A binding of type ${type} has no credentials that the landscape can rotate.`);
    }
    const rotation = entry.rotation
      .then(async () => this.#rotateNow(entry))
      .then(async () => this.#notify(name));
    entry.rotation = rotation.catch(() => undefined);
    await rotation;
    return described(name, entry);
  }

  async #rotateNow(entry: Entry): Promise<void> {
    const credentials = await this.#issuer.issue(entry.request, entry.application);
    try {
      await entry.publish?.(credentials);
    } catch (error) {
      this.#issuer.remove(credentials);
      throw error;
    }
    if (entry.previous !== undefined) this.#issuer.remove(entry.previous);
    entry.previous = entry.credentials;
    entry.credentials = credentials;
  }

  async #notify(name: string): Promise<void> {
    const { requested } = this.#entry(name);
    await this.#onBinding?.({ ...this.get(name), request: requested });
  }

  #entry(name: string): Entry {
    const entry = this.#entries.get(name);
    if (entry === undefined) throw new RangeError(`The landscape has no binding ${JSON.stringify(name)}.`);
    return entry;
  }
}

/** The app identifier keeps the subject of the certificate stable across rotations. */
function withAppIdentifier(name: string, request: BindingRequest): BindingRequest {
  if (request.type !== 'X509_GENERATED' || name.length > LONGEST_APP_IDENTIFIER) return request;
  return { appIdentifier: name, ...request };
}

function described(name: string, { request, application, credentials, publish }: Entry): NamedBinding {
  return { name, type: request.type, application, credentials, isPublished: publish !== undefined };
}
