import { randomUUID } from 'node:crypto';
import type { JSONWebKeySet } from 'jose';
import type { ApplicationOptions, DependencyOptions } from './application.options.js';
import { ApplicationCredentials } from './application-credentials.js';
import { ClientAssertions } from './client-assertions.js';
import { DEFAULT_GRANT_TYPES } from './grant-types.js';

/** The tenant an application lives in. */
export interface HomeTenant {
  /** Base URL of the tenant. */
  readonly url: string;
  readonly appTid: string;
}

/** What a consumer may call. */
export interface Dependency {
  readonly provider: Application;
  readonly apis: readonly string[];
}

const DEFAULT_TOKEN_VALIDITY = 3600;
const MINIMUM_TOKEN_VALIDITY = 60;
const MAXIMUM_TOKEN_VALIDITY = 43_200;

/** An application of a tenant. */
export class Application {
  readonly clientId: string;
  /** The tenant the application lives in. */
  readonly appTid: string;
  /** Base URL of the tenant the application lives in. */
  readonly tenantUrl: string;
  /** `expires_in` of its tokens, in seconds. */
  readonly tokenValidity: number;
  readonly providedApis: readonly string[];
  readonly grantTypes: readonly string[];
  readonly credentials = new ApplicationCredentials();
  readonly assertions = new ClientAssertions();
  readonly #dependencies = new Map<string, Dependency>();
  readonly #subscribers = new Set<string>();

  /** @throws {RangeError} for a token validity the token policy of IAS does not allow */
  constructor(home: HomeTenant, options: ApplicationOptions) {
    this.clientId = options.clientId ?? randomUUID();
    this.appTid = home.appTid;
    this.tenantUrl = home.url;
    this.tokenValidity = options.tokenValidity ?? DEFAULT_TOKEN_VALIDITY;
    this.providedApis = options.providedApis ?? [];
    this.grantTypes = options.grantTypes ?? DEFAULT_GRANT_TYPES;
    if (!(this.tokenValidity >= MINIMUM_TOKEN_VALIDITY && this.tokenValidity <= MAXIMUM_TOKEN_VALIDITY)) {
      throw new RangeError(
        `token-validity is ${MINIMUM_TOKEN_VALIDITY} to ${MAXIMUM_TOKEN_VALIDITY} seconds.`,
      );
    }
  }

  /**
   * Lets this application fetch tokens for another one.
   * @throws {RangeError} for APIs the provider does not have
   */
  dependOn(provider: Application, { name, apis = [] }: DependencyOptions): void {
    const unknown = apis.find((api) => !provider.providedApis.includes(api));
    if (unknown !== undefined) throw new RangeError(`The provider has no API ${unknown}.`);
    this.#dependencies.set(name, { provider, apis });
  }

  /**
   * Lets this application authenticate with JWTs that a private key of it signs (`private_key_jwt`).
   * @param keySet the public keys
   * @throws {RangeError} for a key that is not public, and beyond 20 key sets
   */
  trustKeys(keySet: JSONWebKeySet): void {
    this.assertions.trust(keySet);
  }

  /** A dependency by its name. */
  dependencyNamed(name: string): Dependency | undefined {
    return this.#dependencies.get(name);
  }

  /** The dependency on a provider. */
  dependencyOn(clientId: string): Dependency | undefined {
    return [...this.#dependencies.values()].find(({ provider }) => provider.clientId === clientId);
  }

  /** Offers the application to another tenant, whose tokens it accepts from now on. */
  addSubscriber(appTid: string): void {
    this.#subscribers.add(appTid);
  }

  /** Whether tokens of a tenant are meant for this application. */
  serves(appTid: string): boolean {
    return appTid === this.appTid || this.#subscribers.has(appTid);
  }

  /** Whether tokens this application fetched may be meant for another one. */
  mayCall(clientId: string): boolean {
    return clientId === this.clientId || this.dependencyOn(clientId) !== undefined;
  }
}
