import { z } from 'zod';
import { CLIENT_CERTIFICATE_MODES, type ClientCertificateMode } from './client-certificate-header.js';

/** How a route behaves. */
export interface RouteOptions {
  /** What becomes of the client certificate. @default 'sanitize_set' */
  readonly clientCertificate?: ClientCertificateMode;
  /**
   * How long the app may take to begin its answer, before the router answers 504. @default 900000, as is assumed of BTP
   */
  readonly responseTimeoutMilliseconds?: number;
}

const LABEL = '[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?';
const HOST_NAME = new RegExp(`^${LABEL}(?:\\.${LABEL})*$`, 'i');
const LONGEST_TIMER = 2 ** 31 - 1;

/** @throws {RangeError} for what is no host name */
export function assertHostName(hostName: string): void {
  if (hostName.length > 253 || !HOST_NAME.test(hostName)) {
    throw new RangeError('A route has a host name, without scheme, port and path.');
  }
}

/**
 * Base URLs of the instances of an app.
 * @throws {RangeError} for none at all, and for what is not the origin of an app that speaks plain HTTP
 */
export function instancesOf(target: string | readonly string[]): readonly URL[] {
  const targets = typeof target === 'string' ? [target] : target;
  if (targets.length === 0) throw new RangeError('A route leads to one app at least.');
  return targets.map((text) => {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (url?.protocol === 'http:' && url.href === `${url.origin}/`) return url;
    throw new RangeError(
      'A route leads to URLs like http://localhost:3001, without path, query and credentials.',
    );
  });
}

export const routeOptionsSchema = z.strictObject({
  clientCertificate: z.enum(CLIENT_CERTIFICATE_MODES),
  responseTimeoutMilliseconds: z.int().min(1).max(LONGEST_TIMER),
});
