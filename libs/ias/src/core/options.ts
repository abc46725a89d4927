/** When an access token must be proven by the client certificate it is bound to (RFC 8705 §3). */
export type ProofOfPossessionPolicy = 'required' | 'if-bound' | 'off';

/** Signature algorithms that can be accepted (RFC 7518 §3.1); names are case-sensitive. */
export const SIGNATURE_ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
] as const;

export type SignatureAlgorithm = (typeof SIGNATURE_ALGORITHMS)[number];

/**
 * Whether tokens of an issuer are accepted.
 *
 * @param issuer origin of a tenant, `https://host[:port]`, as a token that is not verified yet names it
 */
export type IssuerResolver = (issuer: string) => boolean | Promise<boolean>;

/** Options of {@link IasModule}. Each one left out is taken from the environment variable named beside it. */
export interface IasModuleOptions {
  /**
   * Whether this app fetches tokens: a binding that cannot do so then ends the start.
   * @default false
   */
  readonly outbound?: boolean;

  /**
   * Credentials of the binding as the platform hands them over, in place of those in the environment.
   * @default read through @sap/xsenv: `VCAP_SERVICES`, `VCAP_SERVICES_FILE_PATH`, `SERVICE_BINDING_ROOT`, `/etc/secrets/sapcp`
   */
  readonly credentials?: unknown;

  /**
   * Name of the service instance to use where several are bound; `IAS_SERVICE_NAME`.
   * @default inbound accepts tokens of all of them, outbound needs exactly one
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
   * PEM file of authorities trusted in addition to the usual ones; `IAS_CA_FILE`.
   * @default none
   */
  readonly caFile?: string;

  /**
   * When a token must be proven by the certificate it is bound to; `IAS_PROOF_OF_POSSESSION`.
   * @default 'if-bound'
   */
  readonly proofOfPossession?: ProofOfPossessionPolicy;

  /**
   * Patterns of hosts whose `x-forwarded-client-cert` is believed, `*` for any characters, dots included;
   * `IAS_TRUSTED_CERT_HOSTS`, comma-separated. An empty list believes none.
   * @default ['*.cert.*']
   */
  readonly trustedCertHosts?: readonly string[];

  /**
   * Number of proxies in front, each of which appends an element to `x-forwarded-client-cert` (Envoy, Istio): there
   * have to be exactly so many, and the first holds the client's certificate; `IAS_CERTIFICATE_HOPS`, 1 to 10.
   * @default 1
   */
  readonly certificateHops?: number;

  /**
   * Whether a certificate proves nothing outside its dates, although the router let it pass.
   * @default false
   */
  readonly rejectExpiredCertificates?: boolean;

  /**
   * Issuers accepted besides the binding's `url`, `https://host[:port]`; `IAS_TRUSTED_ISSUERS`, comma-separated.
   * @default []
   */
  readonly trustedIssuers?: readonly string[];

  /**
   * Decides about further issuers, e.g. those of tenants that have subscribed to the app: it is asked for origins
   * under `domains` of a binding only. Its answer is remembered, an acceptance for five minutes, a refusal for one; one
   * that takes more than five seconds or fails is a 503.
   * @default none
   */
  readonly issuerResolver?: IssuerResolver;

  /**
   * Algorithms that access tokens may be signed with.
   * @default ['RS256']
   */
  readonly algorithms?: readonly SignatureAlgorithm[];

  /**
   * Seconds, 0 to 60, that the clocks of the tenant and this app may differ.
   * @default 30
   */
  readonly clockTolerance?: number;

  /**
   * Whether to accept tokens with several audiences, each of which could replay them at the others, even where no
   * certificate proves them.
   * @default false
   */
  readonly allowMultipleAudiences?: boolean;

  /**
   * Public origin of this app, `https://host[:port]`. With it `/.well-known/oauth-protected-resource` tells clients
   * where to get tokens (RFC 9728), and challenges point there.
   * @default none, and no metadata
   */
  readonly resource?: string;

  /**
   * Client ids of the applications that may call, compared with the claim `azp`.
   * @default every application that the tenant issues a token to
   */
  readonly allowedCallers?: readonly string[];

  /**
   * Milliseconds that keys and verdicts fetched from the tenant stay in use while it cannot be reached.
   * @default 3600000, the time that tokens of IAS are valid for
   */
  readonly outageTolerance?: number;

  /**
   * Milliseconds a token request may take in all: connections, answers, bodies, and the pauses between attempts.
   * @default 10000
   */
  readonly tokenRequestDeadline?: number;

  /**
   * Whether a token that is not visibly bound to our certificate is refused instead of warned about.
   * @default false
   */
  readonly requireBoundTokens?: boolean;
}
