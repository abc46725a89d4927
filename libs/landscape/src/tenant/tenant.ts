import type { JWK } from 'jose';
import type { FaultRegistry } from '../fault/fault-registry.js';
import { ClientLocks } from '../limit/client-locks.js';
import { RequestLimiter } from '../limit/request-limiter.js';
import { type TenantLimits, tenantLimitsSchema } from '../limit/tenant-limits.js';
import { listen, type ListeningServer } from '../http/listening-server.js';
import { LoginEndpoints } from '../login/login-endpoints.js';
import { LoginGrants } from '../login/login-grants.js';
import { UserSessions } from '../login/user-sessions.js';
import { AccessTokenIssuer, thumbprintOf } from './access-token-issuer.js';
import { Application } from './application.js';
import type { ApplicationOptions } from './application-options.js';
import { JwksEndpoint } from './jwks-endpoint.js';
import { mintedContent, type TokenOptions } from './minted-token.js';
import { RequestCounters } from './request-counters.js';
import { type LoggedRequest, RequestLog } from './request-log.js';
import type { SigningAlgorithm } from './signing-key.js';
import { type KeyRotation, SigningKeys } from './signing-keys.js';
import { createTenantRequestListener } from './tenant-request-listener.js';
import { createTenantServer } from './tenant-server.js';
import type { TenantSettings } from './tenant-settings.js';
import { TokenEndpoint } from './token-endpoint.js';
import { validated } from '../option-validation.js';

/** An IAS tenant: token endpoint, discovery and key set, over TLS. */
export class Tenant {
  /** Base URL without trailing slash; also the issuer, unless the tenant has a custom one. */
  readonly url: string;
  /** Claim `app_tid` of the tokens. */
  readonly appTid: string;
  /** The faults of the tenant. */
  readonly faults: FaultRegistry;
  readonly counters = new RequestCounters();
  readonly #log: RequestLog;
  readonly #applications = new Map<string, Application>();
  /** Thumbprints of revoked certificates. */
  readonly #revoked = new Set<string>();
  readonly #keys: SigningKeys;
  readonly #issuer: AccessTokenIssuer;
  readonly #server: ListeningServer;
  readonly #now: () => number;
  readonly #initialLimits: TenantLimits;
  #limits: TenantLimits;
  readonly #limiter = new RequestLimiter(() => this.#limits);
  readonly #locks = new ClientLocks(() => this.#limits);

  /** @throws the `node:net` error if the port cannot be bound */
  static async start(settings: TenantSettings): Promise<Tenant> {
    const { clients, now } = settings;
    const keys = new SigningKeys();
    const { server, faults } = createTenantServer(settings);
    const listening = await listen(server, settings.host, settings.port);
    const tenant = new Tenant(settings, keys, faults, listening);
    const findApplication = (clientId: string) => tenant.#applications.get(clientId);
    const grants = new LoginGrants();
    const login = new LoginEndpoints({
      url: tenant.url,
      issuer: tenant.#issuer.issuer,
      appTid: tenant.appTid,
      keys,
      users: settings.users,
      sessions: new UserSessions(),
      grants,
      findApplication,
    });
    server.on(
      'request',
      createTenantRequestListener({
        issuer: tenant.url,
        token: new TokenEndpoint({
          issuer: tenant.#issuer,
          keys,
          grants,
          url: tenant.url,
          authentication: {
            clients,
            locks: tenant.#locks,
            findApplication,
            isRevoked: (thumbprint) => tenant.#revoked.has(thumbprint),
            acceptEmptySecret: settings.acceptEmptySecret,
            audiences: tenant.#audiences,
          },
          appTid: tenant.appTid,
        }),
        jwks: new JwksEndpoint(keys, findApplication),
        login: { endpoints: login, tenants: settings.logins },
        log: tenant.#log,
        counters: tenant.counters,
        faults,
        limiter: tenant.#limiter,
        now,
      }),
    );
    server.on('secureConnection', (socket) => {
      tenant.counters.countHandshake(socket.isSessionReused());
    });
    return tenant;
  }

  private constructor(
    { appTid, customIssuer, hostName, limits, onRequest, now }: TenantSettings,
    keys: SigningKeys,
    faults: FaultRegistry,
    server: ListeningServer,
  ) {
    this.url = `https://${hostName}:${server.port}`;
    this.appTid = appTid;
    this.#keys = keys;
    this.#log = new RequestLog(onRequest);
    this.#issuer = new AccessTokenIssuer({ url: this.url, customIssuer, keys });
    this.#now = now;
    this.#initialLimits = limits;
    this.#limits = limits;
    this.faults = faults;
    this.#server = server;
  }

  /** The last 1000 requests, oldest first, with secrets redacted. */
  get requests(): readonly LoggedRequest[] {
    return this.#log.entries;
  }

  /** The applications of the tenant, and those that it has subscribed to. */
  get applications(): readonly Application[] {
    return [...this.#applications.values()];
  }

  /** Thumbprints of the revoked certificates. */
  get revokedCertificates(): readonly string[] {
    return [...this.#revoked];
  }

  /** Client IDs that are locked after too many failed authentications. */
  get lockedClients(): readonly string[] {
    return this.#locks.lockedAt(this.#now());
  }

  /**
   * Enforces these limits from now on, until `reset()`. An omitted limit no longer applies.
   * @throws {RangeError} if a limit is invalid
   */
  limit(limits: TenantLimits): void {
    this.#limits = validated(tenantLimitsSchema, limits, 'limits');
    this.#limiter.reset();
  }

  /** Unlocks a client before its 60 minutes are over, or all clients without `clientId`. */
  unlock(clientId?: string): void {
    this.#locks.clear(clientId);
  }

  /** Clears requests, counters, locks and faults, and restores the initial limits. */
  reset(): void {
    this.faults.clear();
    this.limit(this.#initialLimits);
    this.#locks.clear();
    this.#log.clear();
    this.counters.reset();
  }

  /**
   * Registers an application.
   * @throws {RangeError} if IAS does not allow the options, or another application has the client ID
   */
  addApplication(options: ApplicationOptions = {}): Application {
    const application = new Application(this, options);
    if (this.#applications.has(application.clientId)) {
      throw new RangeError('The tenant already has an application with this client ID.');
    }
    this.#applications.set(application.clientId, application);
    return application;
  }

  /** Subscribes to an application of another tenant: it can also fetch tokens from this tenant, and accepts them. */
  subscribeTo(application: Application): void {
    application.addSubscriber(this.appTid);
    this.#applications.set(application.clientId, application);
  }

  /** Generates the first signing key in the background. */
  prepare(): void {
    void this.#keys.current();
  }

  /** Mints a token without a request, signed with the tenant's current key. */
  async issueToken(options: TokenOptions = {}): Promise<string> {
    const { application = this.#firstApplication() } = options;
    const content = mintedContent({ ...options, application }, this.appTid);
    return this.#issuer.mint(content, this.#now(), options);
  }

  /** Publishes the key that the next rotation will sign with, and returns its `kid`. */
  async prepublishSigningKey(algorithm: SigningAlgorithm = 'RS256'): Promise<string> {
    const { kid } = await this.#keys.prepublish(algorithm);
    return kid;
  }

  /** Changes the signing key to the pre-published key, or to a new key, and returns its `kid`. */
  async rotateSigningKey(rotation: KeyRotation): Promise<string> {
    const { kid } = await this.#keys.rotate(rotation);
    return kid;
  }

  /** Removes a key from the published set by its `kid`. The signing key keeps signing. */
  unpublishSigningKey(kid: string): void {
    this.#keys.unpublish(kid);
  }

  /** Publishes an additional JWK, e.g. of a key type that clients do not know. */
  publishJwk(jwk: JWK): void {
    this.#keys.publish(jwk);
  }

  /**
   * Revokes a client certificate: the tenant rejects it from now on, even if its subject is registered.
   * @param certificate its `x5t#S256` thumbprint or PEM
   * @returns the thumbprint
   * @throws {RangeError} if the argument is neither
   */
  revokeCertificate(certificate: string): string {
    const thumbprint = thumbprintOf(certificate);
    this.#revoked.add(thumbprint);
    return thumbprint;
  }

  /** Stops the tenant and closes every connection to it. */
  async stop(): Promise<void> {
    await this.#server.close();
  }

  /** RFC 7523 §3: valid values of `aud` in an assertion. */
  get #audiences(): readonly string[] {
    return [this.url, this.#issuer.issuer, `${this.url}/oauth2/token`];
  }

  #firstApplication(): Application {
    const [application] = this.#applications.values();
    if (application === undefined) throw new Error('The tenant has no application.');
    return application;
  }
}
