import { printable } from '../errors/ias-error.js';
import { AuthenticationException } from './authentication-exception.js';
import type { HostMatcher } from './forwarded-certificate.js';
import type { ReceivedRequest } from './received-request.js';

/** A target in which no router sees a host (RFC 9112 §3.2.1, RFC 3986 §4.2). */
const ORIGIN_FORM = /^\/(?![/\\])/;

const UNTRUSTED_HOST =
  'not in trustedCertHosts; the caller must use a host that is, on Cloud Foundry the .cert. host of the app';
const NO_HEADER =
  'the request has no x-forwarded-client-cert header; the caller presented no certificate, or the router does not forward it';

/**
 * Reads the one `x-forwarded-client-cert` header of a request that came through the router.
 *
 * @throws {AuthenticationException} `proof_missing`; the log contains the called host and what is missing
 */
export function readForwardedCertificateHeader(request: ReceivedRequest, isTrustedHost: HostMatcher): string {
  const [value, ...others] = request.forwardedCertificates;
  const fault = findRouterFault(request, isTrustedHost);
  if (fault !== undefined) throw proofMissing(request, fault);
  if (value === undefined) throw proofMissing(request, NO_HEADER);
  if (others.length > 0)
    throw proofMissing(request, 'the request has several x-forwarded-client-cert headers');
  return value;
}

/** @param fault why the request proves nothing; it never repeats the header */
export function proofMissing({ hosts }: ReceivedRequest, fault: string): AuthenticationException {
  const [host] = hosts;
  // The caller chooses the host.
  const shown = host === undefined ? '(none)' : JSON.stringify(printable(host));
  return new AuthenticationException('proof_missing', `host ${shown}: ${fault}`);
}

/**
 * A request that came through the router has exactly one host, and that host is trusted. With two, or a target in absolute
 * form, the router may have used the other one.
 */
function findRouterFault({ url, hosts }: ReceivedRequest, isTrustedHost: HostMatcher): string | undefined {
  const [host, ...others] = hosts;
  if (host === undefined) return 'the request names no host';
  if (others.length > 0) return 'the request names several hosts';
  if (!ORIGIN_FORM.test(url)) return 'the target of the request is not a path';
  return isTrustedHost(host) ? undefined : UNTRUSTED_HOST;
}
