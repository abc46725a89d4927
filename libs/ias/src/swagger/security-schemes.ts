import type { OpenAPIObject } from '@nestjs/swagger';
import type { ProofOfPossessionPolicy } from '../core/options.js';

type Components = NonNullable<OpenAPIObject['components']>;
type SecuritySchemes = NonNullable<Components['securitySchemes']>;
type SecurityRequirement = NonNullable<OpenAPIObject['security']>[number];

const BEARER = 'ias';
const CLIENT_CREDENTIALS = 'iasClientCredentials';
const CERTIFICATE = 'iasCertificate';

const PROOF: Readonly<Record<ProofOfPossessionPolicy, string>> = {
  required:
    'Send the request over mutual TLS with the client certificate that the token is bound to (RFC 8705 §3).',
  'if-bound':
    'If the token is bound to a client certificate, send the request over mutual TLS with it (RFC 8705 §3).',
  off: '',
};

/** How the operations of an app are secured. */
export class SecurityDescription {
  readonly schemes: SecuritySchemes;
  readonly #alternatives: readonly string[];
  readonly #hasMutualTls: boolean;

  /**
   * @param openapi version of the document; only 3.1 and later can declare that an operation needs a client certificate
   * @param tokenUrls URLs of the token endpoints whose tokens the app accepts
   * @param policy of the app
   */
  constructor(openapi: string, tokenUrls: readonly string[], policy: ProofOfPossessionPolicy) {
    const flows = tokenUrls.map((tokenUrl, index) => [
      index === 0 ? CLIENT_CREDENTIALS : `${CLIENT_CREDENTIALS}${index + 1}`,
      {
        type: 'oauth2' as const,
        description:
          'OAuth 2.0 client credentials. The client authenticates with its certificate (mutual TLS).',
        flows: { clientCredentials: { tokenUrl, scopes: {} } },
      },
    ]) as [string, SecuritySchemes[string]][];
    this.#hasMutualTls = !openapi.startsWith('3.0');
    this.#alternatives = [BEARER, ...flows.map(([name]) => name)];
    this.schemes = {
      [BEARER]: {
        type: 'http',
        scheme: 'bearer',
        bearerFormat: 'JWT',
        description: describeToken(tokenUrls, policy),
      },
      ...Object.fromEntries(flows),
      ...(this.#hasMutualTls && {
        [CERTIFICATE]: {
          // the types of @nestjs/swagger are those of OpenAPI 3.0
          type: 'mutualTLS' as 'http',
          description: 'The client certificate that the access token is bound to.',
        },
      }),
    };
  }

  /** The alternative requirements of an operation: one must be met. */
  requirementsOf(policy: ProofOfPossessionPolicy): SecurityRequirement[] {
    const certificate = policy === 'required' && this.#hasMutualTls ? { [CERTIFICATE]: [] } : {};
    return this.#alternatives.map((name) => ({ [name]: [], ...certificate }));
  }
}

function describeToken(tokenUrls: readonly string[], policy: ProofOfPossessionPolicy): string {
  const from = tokenUrls.length === 0 ? '' : ` from ${tokenUrls.join(' or ')}`;
  return `Access token of SAP Cloud Identity Services${from}. ${PROOF[policy]}`.trim();
}
