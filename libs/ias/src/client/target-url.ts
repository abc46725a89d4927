import { ConfigurationError, printable } from '../errors/ias-error.js';
import { isLoopback } from '../net/loopback.js';

/**
 * Validates the base URL of a target.
 *
 * @param source option or variable that contains the URL, for errors
 * @throws {ConfigurationError} not a URL, or a URL that would send tokens unencrypted
 */
export function parseTargetUrl(baseURL: string, source = 'baseURL of IasClientModule'): URL {
  // untyped callers can pass `undefined` from an unset environment variable
  if ((baseURL as string | undefined) === undefined) throw invalid(source, 'is undefined');
  // the error does not repeat the text, which can contain a password even if it is not a URL
  if (!URL.canParse(baseURL)) throw invalid(source, 'is not a URL');
  const url = new URL(baseURL);
  const rejected = (what: string) => invalid(`${source}: ${printable(url.origin)}`, what);
  if (url.username || url.password) throw rejected('contains a user name or password');
  if (url.search || url.hash) throw rejected('contains a query or a fragment');
  if (url.protocol === 'https:') return url;
  if (url.protocol !== 'http:') throw rejected('does not start with https://');
  if (!isLoopback(url.hostname))
    throw rejected('starts with http://, which is allowed for loopback addresses only');
  return url;
}

function invalid(which: string, what: string): ConfigurationError {
  return new ConfigurationError(
    `The URL of the called app (${which}) ${what}: set it to https://<host of the app>.`,
  );
}

/**
 * The host that forwards client certificates, for an app behind the router of Cloud Foundry
 * (docs/reference/ias-facts.md#cloud-foundry).
 *
 * @returns `undefined` if the URL has this host already, or if its host is an IP address or has fewer than three labels
 */
export function certificateHostOf({ hostname, host }: URL): string | undefined {
  if (/\.cert\./i.test(hostname) || !/^[^.]*[a-z][^.]*\.[^.]+\./i.test(hostname)) return undefined;
  return host.replace('.', '.cert.');
}

/** Joins a path to a base URL. As in axios, an absolute URL replaces the base URL. */
export function joinUrl(baseURL = '', path = ''): string {
  if (/^([a-z][a-z\d+\-.]*:)?\/\//i.test(path))
    return URL.canParse(path, baseURL) ? new URL(path, baseURL).href : path;
  return path === '' ? baseURL : `${baseURL.replace(/\/+$/, '')}/${path.replace(/^\/+/, '')}`;
}
