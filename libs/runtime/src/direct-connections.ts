import { getProxyForUrl } from 'proxy-from-env';
import { ConfigurationError } from 'nest-ias';

const LOOPBACK = /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/i;

/**
 * Refuses to start where the environment asks for a proxy (`HTTPS_PROXY`, `ALL_PROXY`) on the way to one of these URLs.
 * Connections that prove themselves with a client certificate are made directly; going past a company's proxy in
 * silence would end in a time-out that nobody understands.
 *
 * @throws {ConfigurationError} a URL is neither loopback nor covered by `NO_PROXY`
 */
export function assertDirectConnections(urls: readonly string[]): void {
  for (const url of urls) {
    if (!URL.canParse(url)) continue;
    const { hostname } = new URL(url);
    if (LOOPBACK.test(hostname) || getProxyForUrl(url) === '') continue;
    throw new ConfigurationError(
      `The environment asks for a proxy (${proxyVariable(url)}), but connections to ${hostname} are made directly, because they ` +
        `prove themselves with a client certificate: add ${hostname} to NO_PROXY and see that it can be reached.`,
    );
  }
}

/** Which variable asks for it: the one of the protocol comes first, in lower case before upper case (proxy-from-env). */
function proxyVariable(url: string): string {
  const protocol = new URL(url).protocol.slice(0, -1);
  const names = [protocol, 'all'].flatMap((scheme) => [`${scheme}_proxy`, `${scheme}_proxy`.toUpperCase()]);
  return names.find((name) => process.env[name]) ?? 'HTTPS_PROXY';
}
