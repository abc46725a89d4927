import { ConfigurationError } from '../errors/ias-error.js';
import { printable } from '../errors/printable.js';

const LOOPBACK = /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/i;

/**
 * Checks the base URL of a target.
 *
 * @param source what holds the URL, for errors: an option or a variable
 * @throws {ConfigurationError} not a URL, or one over which a token would travel in the clear
 */
export function parseTargetUrl(baseURL: string, source = 'baseURL of IasHttpModule'): URL {
  // not repeated: what is no URL may hold a password all the same
  if (!URL.canParse(baseURL)) throw refusal(source, 'is not a URL');
  const url = new URL(baseURL);
  const refused = (what: string) => refusal(`${source}: ${printable(url.origin)}`, what);
  if (url.username || url.password) throw refused('holds a user name or password');
  if (url.search || url.hash) throw refused('holds a query or a fragment');
  if (url.protocol === 'https:') return url;
  if (url.protocol !== 'http:') throw refused('does not start with https://');
  if (!LOOPBACK.test(url.hostname))
    throw refused('starts with http://, which is accepted for loopback addresses only');
  return url;
}

function refusal(which: string, what: string): ConfigurationError {
  return new ConfigurationError(
    `The URL of the app to call (${which}) ${what}: set it to https://<host of the app>.`,
  );
}

/** A path under a base URL; a path that is an absolute URL stands for itself, as axios has it. */
export function joinUrl(baseURL = '', path = ''): string {
  if (/^([a-z][a-z\d+\-.]*:)?\/\//i.test(path))
    return URL.canParse(path, baseURL) ? new URL(path, baseURL).href : path;
  return path === '' ? baseURL : `${baseURL.replace(/\/+$/, '')}/${path.replace(/^\/+/, '')}`;
}
