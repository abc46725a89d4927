import { getProxyForUrl } from 'proxy-from-env';
import { ConfigurationError, isLoopback } from 'nest-ias';

/**
 * Rejects a proxy (`HTTPS_PROXY`, `ALL_PROXY`) for one of these URLs. The apps connect directly, because they
 * authenticate with client certificates. Where a proxy is mandatory, these connections would time out without an
 * explanation.
 *
 * @param proxyVariables names of the environment variables that set a proxy
 * @throws {ConfigurationError} a URL is neither on loopback nor covered by `NO_PROXY`
 */
export function assertDirectConnections(urls: readonly string[], proxyVariables: readonly string[]): void {
  for (const url of urls) {
    if (!URL.canParse(url)) continue;
    const { hostname } = new URL(url);
    if (isLoopback(hostname) || getProxyForUrl(url) === '') continue;
    throw new ConfigurationError(
      `The environment variable ${variableFor(url, proxyVariables)} sets a proxy, but the app connects to ${hostname} directly, ` +
        `because it uses a client certificate: add ${hostname} to NO_PROXY and make sure that the app can reach it.`,
    );
  }
}

/**
 * The variable that sets the proxy. The variable of the protocol comes first, lower case before upper case, as in
 * proxy-from-env.
 */
function variableFor(url: string, proxyVariables: readonly string[]): string {
  const protocol = new URL(url).protocol.slice(0, -1);
  const names = [protocol, 'all'].flatMap((scheme) => [`${scheme}_proxy`, `${scheme}_proxy`.toUpperCase()]);
  return names.find((name) => proxyVariables.includes(name)) ?? 'HTTPS_PROXY';
}
