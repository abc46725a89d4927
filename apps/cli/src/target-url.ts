import { isLoopback } from 'nest-ias/internal';
import { UsageError } from './failures.js';
import { visibleValue } from './text/visible.js';

/** An address without parts that may be secret: query, fragment, user name and password. */
export function shownUrl(url: string | URL): string {
  return String(url)
    .replace(/^([^/?#]*:\/\/)[^/?#]*@/, '$1…@')
    .replace(/([?#]).*$/s, '$1…');
}

/**
 * Parses an address to which a token may be sent: `https`, or `http` on loopback.
 *
 * @throws {UsageError}
 */
export function targetUrl(text: string): URL {
  const shown = visibleValue(shownUrl(text));
  if (!URL.canParse(text))
    throw new UsageError(
      `${shown} is not a URL: use a full address, such as https://app.cert.example.com/path.`,
    );
  const url = new URL(text);
  if (url.username !== '' || url.password !== '')
    throw new UsageError('The URL contains a user name or a password: remove it.');
  if (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname))) return url;
  throw new UsageError(`Tokens are sent to https or to this machine only, not to ${shown}: use https.`);
}
