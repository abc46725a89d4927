import { randomUUID } from 'node:crypto';
import type { JSONWebKeySet } from 'jose';
import {
  type ApplicationOptions,
  applicationOptionsSchema,
  type DependencyOptions,
  TOKEN_VALIDITY,
} from './application-options.js';
import { validated } from '../option-validation.js';
import { ApplicationCredentials } from './application-credentials.js';
import { ClientAssertions } from './client-assertions.js';
import { DEFAULT_GRANT_TYPES } from './grant-types.js';

/** The tenant that an application belongs to. */
export interface HomeTenant {
  /** Base URL of the tenant. */
  readonly url: string;
  readonly appTid: string;
}

/** The APIs of a provider that a consumer can call. */
export interface Dependency {
  readonly provider: Application;
  readonly apis: readonly string[];
}

/** An application of a tenant. */
export class Application {
  readonly clientId: string;
  /** Tenant ID of the application. */
  readonly appTid: string;
  /** Base URL of the application's tenant. */
  readonly tenantUrl: string;
  /** `expires_in` of its tokens, in seconds. */
  readonly tokenValidity: number;
  readonly providedApis: readonly string[];
  readonly grantTypes: readonly string[];
  /** Undefined: any URI of this machine. */
  readonly redirectUris: readonly string[] | undefined;
  /** Undefined: any URI of this machine. */
  readonly postLogoutRedirectUris: readonly string[] | undefined;
  readonly credentials = new ApplicationCredentials();
  readonly assertions = new ClientAssertions();
  readonly #dependencies = new Map<string, Dependency>();
  readonly #subscribers = new Set<string>();

  /** @throws {RangeError} if IAS does not allow the options */
  constructor(home: HomeTenant, options: ApplicationOptions) {
    validated(applicationOptionsSchema, options, 'application');
    this.clientId = options.clientId ?? randomUUID();
    this.appTid = home.appTid;
    this.tenantUrl = home.url;
    this.tokenValidity = options.tokenValidity ?? TOKEN_VALIDITY.default;
    this.providedApis = options.providedApis ?? [];
    this.grantTypes = options.grantTypes ?? DEFAULT_GRANT_TYPES;
    this.redirectUris = options.redirectUris;
    this.postLogoutRedirectUris = options.postLogoutRedirectUris;
  }

  /**
   * Allows this application to fetch tokens for another application.
   * @throws {RangeError} if the tenant has not subscribed to the provider, or the provider does not have an API
   */
  dependOn(provider: Application, { name, apis = [] }: DependencyOptions): void {
    if (!provider.serves(this.appTid)) {
      throw new RangeError(
        "The provider belongs to another tenant, and this application's tenant has not subscribed to it.",
      );
    }
    const unknown = apis.find((api) => !provider.providedApis.includes(api));
    if (unknown !== undefined) throw new RangeError(`The provider has no API ${unknown}.`);
    this.#dependencies.set(name, { provider, apis });
  }

  /**
   * Allows this application to authenticate with JWTs that it signs with a private key (`private_key_jwt`).
   * @param keySet the public keys
   * @throws {RangeError} if a key is not public or not usable, or the application has 20 key sets
   */
  trustKeys(keySet: JSONWebKeySet): void {
    this.assertions.trust(keySet);
  }

  /** Returns a dependency by its name. */
  dependencyNamed(name: string): Dependency | undefined {
    return this.#dependencies.get(name);
  }

  /** Returns the dependency on a provider, with the APIs of all dependencies on it. */
  dependencyOn(clientId: string): Dependency | undefined {
    const [first, ...others] = [...this.#dependencies.values()].filter(
      ({ provider }) => provider.clientId === clientId,
    );
    if (first === undefined) return undefined;
    const apis = [first, ...others].flatMap((dependency) => dependency.apis);
    return { provider: first.provider, apis: [...new Set(apis)] };
  }

  /** Subscribes another tenant: the application accepts tokens of that tenant from now on. */
  addSubscriber(appTid: string): void {
    this.#subscribers.add(appTid);
  }

  /** Whether this application accepts tokens of a tenant. */
  serves(appTid: string): boolean {
    return appTid === this.appTid || this.#subscribers.has(appTid);
  }

  /** Whether this application can fetch tokens for another one. */
  mayCall(clientId: string): boolean {
    return clientId === this.clientId || this.dependencyOn(clientId) !== undefined;
  }
}
