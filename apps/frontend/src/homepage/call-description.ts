import { relativeTime } from '@nest-ias/runtime/internal';
import type { AppDescription } from './app-description.js';
import type { HomepageVisit } from './homepage.service.js';
import type { ProofState } from './proof-state.js';
import type { TlsVersions } from './tls-versions.js';

/** What happened between two parties for this page. */
export interface CallDescription {
  readonly from: string;
  readonly to: string;
  /** Short lines for the picture, which are a sentence when joined by commas. */
  readonly notes: readonly string[];
}

const CHECKS: Readonly<Record<ProofState, string>> = {
  proven: 'backend: proof verified',
  unchecked: 'backend: proof not checked',
  silent: 'backend: proof unknown',
  unbound: 'backend: token is not bound',
  contradictory: 'backend: answer proves nothing',
};

/** Says who called whom for this page, and with what: only what was seen. */
export function describeCalls(
  visit: HomepageVisit,
  app: AppDescription,
  backendUrl: string,
  tlsVersions: TlsVersions,
): readonly CallDescription[] {
  const tenant = app.isLocalTenant ? 'local stand-in for IAS' : 'SAP IAS';
  const hasCertificate = app.certificate !== undefined;
  const { state } = visit;
  const answer = `answered ${visit.backendStatus} in ${toMilliseconds(visit.backendDuration)}`;
  const credential = hasCertificate ? 'our certificate' : 'client secret';
  const tokenRequest = {
    from: 'frontend',
    to: tenant,
    notes: [...fetched(visit, app.now), `${tlsVersions.of(app.tenant) ?? 'TLS'}, ${credential}`],
  };
  // A router without TLS gets no certificate, and the backend would reject one that it names.
  if (isPlainHttp(backendUrl)) {
    const sent = 'plain HTTP, token without certificate';
    return [tokenRequest, { from: 'frontend', to: 'backend', notes: [answer, sent, CHECKS[state]] }];
  }
  const sent = state === 'proven' ? 'token and our certificate' : tokenAnd(hasCertificate);
  return [
    tokenRequest,
    { from: 'frontend', to: 'router', notes: [answer, `${tlsVersions.of(backendUrl) ?? 'TLS'}, ${sent}`] },
    {
      from: 'router',
      to: 'backend',
      notes: [state === 'proven' ? 'token, and our certificate in a header' : 'token', CHECKS[state]],
    },
  ];
}

/** A router asks for the certificate only at some hosts, on Cloud Foundry at the .cert. host. */
function tokenAnd(hasCertificate: boolean): string {
  return hasCertificate ? 'token, certificate if requested' : 'token, no certificate';
}

function isPlainHttp(url: string): boolean {
  return url.startsWith('http:');
}

function fetched({ homepage, token }: HomepageVisit, now: number): readonly string[] {
  const duration = toMilliseconds(Math.max(0, token.receivedAt - token.obtainedAt));
  const answer = token.status === undefined ? duration : `${duration}, status ${token.status}`;
  if (homepage.token.source === 'ias') return [`token fetched in ${answer}`];
  const age = relativeTime(token.receivedAt, now);
  return ['token from the cache', `fetched ${age === 'now' ? 'just now' : age} in ${answer}`];
}

function toMilliseconds(duration: number): string {
  return duration < 1 ? 'less than 1 ms' : `${Math.round(duration)} ms`;
}
