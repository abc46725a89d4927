import { isLoopbackHostname } from '../loopback.js';

/**
 * Whether a tenant may redirect to a URI: one of the application's, where `*` at the end matches any rest of the path; any
 * URI of this machine if the application has none.
 */
export function isRedirectAllowed(uri: string, allowed: readonly string[] | undefined): boolean {
  if (!URL.canParse(uri)) return false;
  // Browsers resolve `..` in each of its spellings, so only the resolved URI counts.
  const { href, protocol, hostname, username, password, hash } = new URL(uri);
  // RFC 6749 §3.1.2: no fragment. Other schemes than those of HTTP could run scripts.
  if (!/^https?:$/.test(protocol) || hash !== '' || username !== '' || password !== '') return false;
  if (allowed === undefined) return isLoopbackHostname(hostname);
  return allowed.some((known) =>
    known.endsWith('/*') ? href.startsWith(resolved(known.slice(0, -1))) : uri === known,
  );
}

/** Writes the host in lower case and leaves out a default port, like `href` of the requested URI. */
function resolved(uri: string): string {
  return URL.canParse(uri) ? new URL(uri).href : uri;
}
