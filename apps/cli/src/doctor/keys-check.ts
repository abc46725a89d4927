import { createPublicKey, verify } from 'node:crypto';
import type { JsonWebKey } from 'node:crypto';
import { createAgent, effectiveIssuer } from 'nest-ias/internal';
import { isObject, textOf } from '../binding/service.js';
import type { Json } from '../binding/service.js';
import { shellQuote } from '../text/shell-quote.js';
import { visibleValue } from '../text/visible.js';
import { broken, ok, skipped } from './check.js';
import type { Finding } from './check.js';
import { errorCode, exchange, jsonObject } from '../token/http.js';
import type { Answer } from '../token/http.js';
import type { FetchedToken, Investigation } from './investigation.js';

/** Whether a receiver gets the keys of the tenant, and would accept the token: issuer, verdict, key and signature. */
export async function checkKeys(investigation: Investigation): Promise<Finding> {
  const { discovery, token, authorities, context } = investigation;
  const url = discovery?.jwksUri;
  if (url === undefined) return skipped('needs the configuration of the tenant');
  const untrusted = token && issuerProblem(investigation, token);
  if (untrusted !== undefined) return untrusted;
  const agent = createAgent({ ca: authorities });
  try {
    const headers = { accept: 'application/json', ...partiesOf(investigation) };
    return judge(investigation, await exchange(url, { agent, headers, now: context.now }));
  } catch (error) {
    return unavailable(`The keys of the tenant cannot be fetched (${errorCode(error)})`);
  } finally {
    agent.destroy();
  }
}

/** The tenant decides for these parties whether tokens should be accepted (docs/reference/ias-facts.md#key-set). */
function partiesOf({ credentials, token }: Investigation): Record<string, string> {
  const parties = {
    'x-client_id': audienceOf(token) ?? textOf(credentials['clientid']),
    'x-app_tid': textOf(token?.claims['app_tid']) ?? textOf(token?.claims['zone_uuid']),
    'x-azp': textOf(token?.claims['azp']),
    'x-azp_app_tid': textOf(token?.claims['azp_app_tid']),
  };
  const isSafe = (value: string | undefined): value is string =>
    value !== undefined && /^[\x21-\x7e]{1,255}$/.test(value);
  return Object.fromEntries(
    Object.entries(parties).filter((pair): pair is [string, string] => isSafe(pair[1])),
  );
}

/** The receiver asks with its own client id. */
function audienceOf(token: FetchedToken | undefined): string | undefined {
  const audience = token?.claims['aud'];
  return textOf(Array.isArray(audience) ? audience[0] : audience);
}

function issuerProblem({ tenant, settings }: Investigation, { claims }: FetchedToken): Finding | undefined {
  const [iss, iasIssuer] = [textOf(claims['iss']), textOf(claims['ias_iss'])];
  const issuer = effectiveIssuer({ iss: iss ?? '', ...(iasIssuer !== undefined && { ias_iss: iasIssuer }) });
  if (issuer === tenant?.origin || settings.trustedIssuers.includes(issuer)) return undefined;
  return broken(`Receivers do not trust the issuer ${visibleValue(issuer)}`, {
    cause: `The issuer of the token differs from "url" of the binding (${tenant?.origin ?? ''}), and the token has no ias_iss: the tenant has a custom domain.`,
    remedy: `Trust the issuer in the apps that receive the token:\nexport IAS_TRUSTED_ISSUERS=${shellQuote(issuer)}`,
    code: 'token_issuer_untrusted',
  });
}

function judge({ token, tenant }: Investigation, answer: Answer): Finding {
  if (answer.status === 400) return refusedByTenant(token, answer);
  const keys = answer.status === 200 ? jsonObject(answer.text)?.['keys'] : undefined;
  if (!Array.isArray(keys) || keys.length === 0)
    return unavailable(`The tenant answered ${answer.status} without keys`);
  const published = `${tenant?.host ?? 'the tenant'} publishes ${keys.length} key${keys.length === 1 ? '' : 's'}`;
  return token === undefined ? ok(published) : verifySignature(token, keys.filter(isObject), published);
}

function refusedByTenant(token: FetchedToken | undefined, { text }: Answer): Finding {
  const code = 'token_refused_by_tenant';
  const reason = visibleValue(jsonObject(text)?.['error_description'] ?? 'no reason given');
  if (token === undefined) {
    return broken('The tenant refuses to give its keys to this client (400)', {
      cause: `It does not know the client id of the binding: ${reason}.`,
      remedy: 'Bind an instance of this tenant. The bound one was deleted, or "url" names another tenant.',
      code,
    });
  }
  return broken('The tenant says that the token should not be accepted (400)', {
    cause: `It does not know the combination of client, caller and tenant: ${reason}.`,
    remedy: 'Check the dependencies of the calling application, and the subscription of the tenant.',
    code,
  });
}

function unavailable(summary: string): Finding {
  return broken(summary, {
    cause: 'Receivers answer 503 keys_unavailable to callers whose keys they have not fetched before.',
    remedy: 'Check the connection of the receivers to the tenant, and the state of the tenant.',
    code: 'keys_unavailable',
  });
}

function verifySignature({ header, value }: FetchedToken, keys: readonly Json[], published: string): Finding {
  const { kid, alg } = header;
  const key = keys.find((candidate) => candidate['kid'] === kid);
  if (key === undefined) {
    return broken('The tenant does not publish the key of its token', {
      cause: `The token is signed with the key "${visibleValue(kid ?? '(no kid)')}", which is not in the key set: the tenant is changing its keys, or a proxy serves an old key set.`,
      remedy: 'Try again in a few minutes. If the problem persists, open a ticket for the tenant.',
      code: 'token_key_unknown',
    });
  }
  if (alg !== 'RS256') {
    return broken(`The token is signed with ${visibleValue(alg)}`, {
      cause: 'Receivers accept RS256 unless their option "algorithms" says otherwise.',
      remedy: 'Check the signature algorithm of the tenant.',
      code: 'token_algorithm_refused',
    });
  }
  if (isSignedBy(value, key)) return ok(`${published}; the signature of the token is valid`);
  return broken('The signature of the token is invalid', {
    cause:
      'The published key did not sign the token: something between this machine and the tenant changes responses.',
    remedy: 'Look for a proxy between this machine and the tenant.',
    code: 'token_signature_invalid',
  });
}

function isSignedBy(token: string, key: Json): boolean {
  const end = token.lastIndexOf('.');
  try {
    const publicKey = createPublicKey({ key: key as JsonWebKey, format: 'jwk' });
    return verify(
      'sha256',
      Buffer.from(token.slice(0, end)),
      publicKey,
      Buffer.from(token.slice(end + 1), 'base64url'),
    );
  } catch {
    return false;
  }
}
