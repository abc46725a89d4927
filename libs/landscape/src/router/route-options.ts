import { z } from 'zod';
import { CLIENT_CERTIFICATE_MODES, type ClientCertificateMode } from './client-certificate-header.js';

/** Options of a route. */
export interface RouteOptions {
  /** How the route handles the client certificate. @default 'sanitize_set' */
  readonly clientCertificate?: ClientCertificateMode;
  /**
   * Time limit for the app to begin its answer; then the router answers 504. @default 900000, as assumed for BTP
   */
  readonly responseTimeoutMilliseconds?: number;
}

const LABEL = '[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?';
const HOST_NAME = new RegExp(`^${LABEL}(?:\\.${LABEL})*$`, 'i');
const LONGEST_TIMER = 2 ** 31 - 1;

/** Whether a text is a host name, without scheme, port and path. */
export function isHostName(text: string): boolean {
  return text.length <= 253 && HOST_NAME.test(text);
}

/** @throws {RangeError} if the host name is invalid */
export function assertHostName(hostName: string): void {
  if (!isHostName(hostName)) {
    throw new RangeError('A route needs a host name, without scheme, port and path.');
  }
}

/**
 * Parses the base URLs of the instances of an app.
 * @throws {RangeError} if there is no URL, or one is not the origin of a plain HTTP server
 */
export function instancesOf(target: string | readonly string[]): readonly URL[] {
  const targets = typeof target === 'string' ? [target] : target;
  if (targets.length === 0) throw new RangeError('A route needs at least one URL of an app.');
  return targets.map((text) => {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (url?.protocol === 'http:' && url.href === `${url.origin}/`) return url;
    throw new RangeError(
      'A route needs URLs like http://localhost:3001, without path, query and credentials.',
    );
  });
}

export const routeOptionsSchema = z.strictObject({
  clientCertificate: z.enum(CLIENT_CERTIFICATE_MODES),
  responseTimeoutMilliseconds: z.int().min(1).max(LONGEST_TIMER),
});
