import { ConfigurationError } from '../errors/errors.js';

const LOOPBACK = /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/i;

/**
 * Checks the base URL of a target.
 *
 * @throws {ConfigurationError} not a URL, or one over which a token would travel in the clear
 */
export function parseTargetUrl(baseURL: string): URL {
  if (!URL.canParse(baseURL)) throw refused(baseURL, 'is not a URL');
  const url = new URL(baseURL);
  if (url.username || url.password) throw refused(url.origin, 'holds a user name or password');
  if (url.protocol === 'https:') return url;
  if (url.protocol !== 'http:') throw refused(url.origin, 'does not start with https://');
  if (!LOOPBACK.test(url.hostname))
    throw refused(url.origin, 'starts with http://, which is accepted for loopback addresses only');
  return url;
}

function refused(baseURL: string, what: string): ConfigurationError {
  return new ConfigurationError(
    `The URL of the app to call (${JSON.stringify(baseURL.slice(0, 200))}) ${what}: set it to https://<host of the app>.`,
  );
}
