import { randomUUID } from 'node:crypto';
import type { JSONWebKeySet } from 'jose';
import {
  type ApplicationOptions,
  applicationOptionsSchema,
  type DependencyOptions,
} from './application-options.js';
import { validated } from '../validated.js';
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

  /** @throws {RangeError} for options that IAS does not allow */
  constructor(home: HomeTenant, options: ApplicationOptions) {
    validated(applicationOptionsSchema, options, 'application');
    this.clientId = options.clientId ?? randomUUID();
    this.appTid = home.appTid;
    this.tenantUrl = home.url;
    this.tokenValidity = options.tokenValidity ?? DEFAULT_TOKEN_VALIDITY;
    this.providedApis = options.providedApis ?? [];
    this.grantTypes = options.grantTypes ?? DEFAULT_GRANT_TYPES;
  }

  /**
   * Lets this application fetch tokens for another one.
   * @throws {RangeError} for a provider that the tenant does not know, and APIs the provider does not have
   */
  dependOn(provider: Application, { name, apis = [] }: DependencyOptions): void {
    if (!provider.serves(this.appTid)) {
      throw new RangeError('The provider belongs to another tenant, which has not subscribed to it.');
    }
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

  /** The dependency on a provider; where there are several, all their APIs. */
  dependencyOn(clientId: string): Dependency | undefined {
    const [first, ...others] = [...this.#dependencies.values()].filter(
      ({ provider }) => provider.clientId === clientId,
    );
    if (first === undefined) return undefined;
    const apis = [first, ...others].flatMap((dependency) => dependency.apis);
    return { provider: first.provider, apis: [...new Set(apis)] };
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
