import { describeSpan } from '@nest-ias/runtime/internal';
import { createAgent, isUnderDomains } from 'nest-ias/internal';
import { visibleValue } from '../text/visible.js';
import { broken, ok, skipped, warning } from './check.js';
import type { Finding } from './check.js';
import { errorCode, exchange, isHtml, jsonObject } from '../token/http.js';
import type { Answer } from '../token/http.js';
import type { Investigation } from './investigation.js';
import { tryByHand } from './remedies.js';

const PATH = '/.well-known/openid-configuration';
const CLOCK_LIMIT_MS = 30_000;

/** Whether `url` is a tenant of IAS: it publishes its configuration (OpenID Connect Discovery). */
export async function checkDiscovery(investigation: Investigation): Promise<Finding> {
  const { tenant, authorities, context } = investigation;
  if (tenant === undefined) return skipped('needs a valid "url" in the binding');
  const agent = createAgent({ ca: authorities });
  try {
    const sentAt = context.now();
    const answer = await exchange(new URL(PATH, tenant), {
      agent,
      headers: { accept: 'application/json' },
      now: context.now,
    });
    investigation.discovery = {
      issuer: undefined,
      jwksUri: undefined,
      clockAhead: clockAhead(answer, sentAt),
    };
    return judge(investigation, tenant, answer);
  } catch (error) {
    return broken(`The configuration of ${tenant.host} cannot be read (${errorCode(error)})`, {
      cause: 'The connection broke, or the response took too long or was too large.',
      remedy: `Try again later. If the problem persists, check the state of the tenant:\n${tryByHand(tenant)}`,
      code: 'keys_unavailable',
    });
  } finally {
    agent.destroy();
  }
}

function judge(investigation: Investigation, tenant: URL, answer: Answer): Finding {
  const document = answer.status === 200 ? jsonObject(answer.text) : undefined;
  if (document === undefined) return notATenant(tenant, answer);
  const { issuer, jwks_uri: jwksUri } = document;
  const keys = typeof jwksUri === 'string' && URL.canParse(jwksUri) ? new URL(jwksUri) : undefined;
  const domains = investigation.credentials['domains'];
  const isOurs =
    keys?.protocol === 'https:' &&
    (keys.origin === tenant.origin ||
      (Array.isArray(domains) && isUnderDomains(keys.host, domains.map(String))));
  investigation.discovery = {
    issuer: typeof issuer === 'string' ? issuer : undefined,
    jwksUri: isOurs ? keys : undefined,
    clockAhead: investigation.discovery?.clockAhead,
  };
  if (!isOurs) {
    return broken('The configuration of the tenant has no usable "jwks_uri"', {
      cause: `"jwks_uri" is ${visibleValue(jwksUri ?? 'missing')}, which is not under "domains" of the binding.`,
      remedy: `Compare "url" and "domains" with the original:\n${investigation.remedies.originalBinding}`,
      code: 'keys_unavailable',
    });
  }
  return ok(`${tenant.host} publishes its configuration${issuerNote(issuer, tenant)}`);
}

function issuerNote(issuer: unknown, tenant: URL): string {
  if (issuer === tenant.origin || typeof issuer !== 'string') return '';
  if (issuer === tenant.host) return '; its issuer has no https://, which the guard accepts';
  return `; its issuer is the custom domain ${visibleValue(issuer)}, for which the guard needs ias_iss in tokens`;
}

function notATenant(tenant: URL, answer: Answer): Finding {
  const kind = isHtml(answer) ? 'an HTML page' : `status ${answer.status} without a configuration`;
  return broken(`${tenant.host} answers with ${kind}`, {
    cause: isHtml(answer)
      ? 'The URL is not a tenant of IAS: it leads to an application, a logon page or a proxy.'
      : 'The URL is not a tenant of IAS, or the tenant is not available.',
    remedy: `Correct "url" in the binding: the tenant alone, such as https://<tenant>.accounts.ondemand.com. To see the answer:\n${tryByHand(tenant)}`,
    code: 'keys_unavailable',
  });
}

/** Compares with the middle of the request: the header has no fractions of a second. */
function clockAhead({ headers: { date }, receivedAt }: Answer, sentAt: number): number | undefined {
  const theirs = Date.parse(date ?? '');
  return Number.isNaN(theirs) ? undefined : theirs + 500 - (sentAt + receivedAt) / 2;
}

/** Whether the clocks of this machine and of the tenant agree. */
export function checkClock({ discovery }: Investigation): Finding {
  const ahead = discovery?.clockAhead;
  if (ahead === undefined) return skipped('the tenant sent no time');
  const difference = Math.abs(ahead);
  if (difference <= CLOCK_LIMIT_MS)
    return ok(`differs from the tenant by less than ${Math.ceil(difference / 1_000) + 1} seconds`);
  return warning(
    `The clock is ${describeSpan(difference)} ${ahead > 0 ? 'behind' : 'ahead of'} the clock of the tenant`,
    {
      cause:
        'The clock of this machine is off. Receivers then reject valid tokens (token_not_yet_valid, token_expired), and certificates look expired or not yet valid.',
      remedy: 'Synchronise the clock:\ntimedatectl set-ntp true',
    },
  );
}
