import type { SignatureAlgorithm } from './signature-algorithms.js';

/** From the weakest to the strictest. */
export const PROOF_OF_POSSESSION_POLICIES = ['off', 'if-bound', 'required'] as const;

/** When a caller must prove possession of the client certificate that its access token is bound to (RFC 8705 §3). */
export type ProofOfPossessionPolicy = (typeof PROOF_OF_POSSESSION_POLICIES)[number];

/**
 * Decides whether to accept tokens of an issuer.
 *
 * @param issuer origin of a tenant, `https://host[:port]`, from a token that is not verified yet
 */
export type IssuerResolver = (issuer: string) => boolean | Promise<boolean>;

/** Options of {@link IasModule}. Without an option, the environment variable in its description applies. */
export interface IasModuleOptions {
  /**
   * Whether this app fetches tokens. If so, the app does not start with a binding that cannot fetch tokens.
   * @default false
   */
  readonly outbound?: boolean;

  /**
   * Credentials of the binding, as the platform provides them, instead of those in the environment.
   * @default read through @sap/xsenv: `VCAP_SERVICES`, `VCAP_SERVICES_FILE_PATH`, `SERVICE_BINDING_ROOT`, `/etc/secrets/sapcp`
   */
  readonly credentials?: unknown;

  /**
   * Whether an app in development reads `default-env.json` of the working directory into the environment first.
   * Existing variables take precedence. A deployed app never reads the file, and neither does one with `credentials`.
   * @default false
   */
  readonly loadDefaultEnv?: boolean;

  /**
   * Name of the service instance to use if several are bound; `IAS_SERVICE_NAME`.
   * @default inbound accepts tokens of all instances, outbound requires exactly one
   */
  readonly serviceName?: string;

  /**
   * PEM file with the private key for `X509_PROVIDED` and `X509_ATTESTED`; `IAS_PRIVATE_KEY_FILE`
   * (or the PEM text itself in `IAS_PRIVATE_KEY`).
   */
  readonly privateKeyFile?: string;

  /** PEM file with the certificate chain for `X509_PROVIDED` and `X509_ATTESTED`; `IAS_CERTIFICATE_FILE`. */
  readonly certificateFile?: string;

  /**
   * PEM file of certificate authorities to trust in addition to the default ones; `IAS_CA_FILE`.
   * @default none
   */
  readonly caFile?: string;

  /**
   * When a caller must prove possession of the certificate that its token is bound to: `required`, `if-bound` or `off`;
   * `IAS_PROOF_OF_POSSESSION`.
   * @default 'if-bound'
   */
  readonly proofOfPossession?: ProofOfPossessionPolicy;

  /**
   * Patterns of hosts for which the guard trusts `x-forwarded-client-cert`; `*` matches any characters, dots included;
   * `IAS_TRUSTED_CERT_HOSTS`, comma-separated. An empty list trusts no host.
   * @default ['*.cert.*']
   */
  readonly trustedCertHosts?: readonly string[];

  /**
   * Number of elements in `x-forwarded-client-cert`, 1 to 10; `IAS_CERTIFICATE_HOPS`. Each proxy appends one (Envoy,
   * Istio). The header must have exactly this number; the first element has the client's certificate.
   * @default 1
   */
  readonly certificateHops?: number;

  /**
   * Whether to reject a certificate outside its validity period, even if the router accepted it.
   * @default false
   */
  readonly rejectExpiredCertificates?: boolean;

  /**
   * Issuers to accept besides the binding's `url`, `https://host[:port]`; `IAS_TRUSTED_ISSUERS`, comma-separated.
   * @default []
   */
  readonly trustedIssuers?: readonly string[];

  /**
   * Decides whether to accept further issuers, for example the tenants of subscribers. The guard calls it only for
   * origins under `domains` of a binding. It caches acceptances for five minutes and refusals for one minute. If the
   * resolver fails or takes more than five seconds, the answer is 503. It has no environment variable.
   * @default none
   */
  readonly issuerResolver?: IssuerResolver;

  /**
   * Signature algorithms to accept for access tokens.
   * @default ['RS256']
   */
  readonly algorithms?: readonly SignatureAlgorithm[];

  /**
   * Seconds by which the clocks of the tenant and this app may differ, 0 to 60.
   * @default 30
   */
  readonly clockTolerance?: number;

  /**
   * Whether to accept tokens with several audiences without proof of possession. Each audience could replay such a token
   * at the others.
   * @default false
   */
  readonly allowMultipleAudiences?: boolean;

  /**
   * Public origin of this app, `https://host[:port]`. It adds `/.well-known/oauth-protected-resource`, which tells clients
   * where to get tokens (RFC 9728); challenges point to it. The `resource` of a client or token request is another thing:
   * the target of the token (RFC 8707).
   * @default none, without metadata
   */
  readonly resource?: string;

  /**
   * Client ids of the applications that may call this app, compared with the claim `azp`.
   * @default every application to which the tenant issues a token
   */
  readonly allowedCallers?: readonly string[];

  /**
   * Milliseconds that keys and verdicts of a tenant stay in use while the tenant is unavailable.
   * @default 3600000, the lifetime of IAS tokens
   */
  readonly outageTolerance?: number;

  /**
   * Milliseconds that a token request may take in total: connections, responses, bodies, and pauses between attempts.
   * @default 10000
   */
  readonly tokenRequestTimeout?: number;

  /**
   * Whether to reject a fetched token that is not bound to the app's certificate, instead of logging a warning.
   * @default false
   */
  readonly requireBoundTokens?: boolean;

  /**
   * Property of the request that gets the claims of the caller, as `user` does with passport; for code that does not
   * know this library. `authenticationOf` works without it.
   * @default none
   */
  readonly userProperty?: string;

  /**
   * Whether routes with `@Claims()`, `@RequireApi()` and the like may run without `IasAuthGuard`, because a guard of
   * your own protects them. Without `IasAuthGuard`, such decorators inject `undefined` and check nothing.
   * @default false, the app does not start with such a route
   */
  readonly allowUnguarded?: boolean;
}
