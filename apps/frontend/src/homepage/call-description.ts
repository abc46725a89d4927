import type { AppDescription } from './app-description.js';
import type { HomepageVisit } from './homepage.service.js';
import { relativeTime } from './relative-time.js';
import type { TlsVersions } from './tls-versions.js';

/** What happened between two parties for this page. */
export interface CallDescription {
  readonly from: string;
  readonly to: string;
  /** Short lines for the picture, which are a sentence when joined by commas. */
  readonly notes: readonly string[];
}

const CHECKS: Readonly<Record<string, string>> = {
  verified: 'backend: proof verified',
  unchecked: 'backend: proof not checked',
  unbound: 'backend: token is not bound',
};

/** Says who called whom for this page, and with what: only what was seen. */
export function describeCalls(
  visit: HomepageVisit,
  app: AppDescription,
  backendUrl: string,
  tlsVersions: TlsVersions,
): readonly CallDescription[] {
  const tenant = app.isLocalTenant ? 'local stand-in for IAS' : 'SAP IAS';
  const check = CHECKS[visit.homepage.proof.verified ?? ''] ?? 'backend: proof unknown';
  const answer = `answered 200 in ${toMilliseconds(visit.backendDuration)}`;
  const tokenRequest = {
    from: 'frontend',
    to: tenant,
    notes: [fetched(visit, app.now), connection(tlsVersions.of(app.tenant), app)],
  };
  // Without TLS there is no router that could pass on a certificate.
  if (/^\s*http:/i.test(backendUrl)) {
    return [
      tokenRequest,
      { from: 'frontend', to: 'backend', notes: [answer, 'plain HTTP, token without certificate', check] },
    ];
  }
  const isVerified = visit.homepage.proof.verified === 'verified';
  return [
    tokenRequest,
    { from: 'frontend', to: 'router', notes: [answer, connection(tlsVersions.of(backendUrl), app, 'token')] },
    {
      from: 'router',
      to: 'backend',
      notes: [isVerified ? 'token, and our certificate in a header' : 'token', check],
    },
  ];
}

function fetched({ homepage, token }: HomepageVisit, now: number): string {
  const duration = toMilliseconds(Math.max(0, token.receivedAt - token.obtainedAt));
  return homepage.token.source === 'ias'
    ? `token fetched in ${duration}`
    : `token from the cache, fetched ${relativeTime(token.receivedAt, now)} in ${duration}`;
}

function connection(version: string | undefined, { certificate }: AppDescription, what?: string): string {
  const credential =
    what === undefined
      ? certificate === undefined
        ? 'client secret'
        : 'our certificate'
      : certificate === undefined
        ? `${what}, no certificate`
        : `${what} and our certificate`;
  return `${version ?? 'TLS'}, ${credential}`;
}

function toMilliseconds(duration: number): string {
  return duration < 1 ? 'less than 1 ms' : `${Math.round(duration)} ms`;
}
