const HOST = /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*(?::\d{1,5})?$/i;
const MAX_HOST_CHARACTERS = 259;

/** Tells whether a raw `Host` value is one of the hosts that somebody trusts. */
export type HostMatcher = (host: string) => boolean;

/**
 * Prepares patterns of host names: `*` stands for any characters, dots included; everything else for itself. A port
 * in the value is ignored; a value that is not plainly a host name matches nothing, and so does an empty list.
 *
 * @param patterns in lower case
 */
export function compileHostPatterns(patterns: readonly string[]): HostMatcher {
  const expressions = patterns.map((pattern) => {
    const literals = pattern.split('*').map((literal) => literal.replace(/[\\^$+?.()|[\]{}]/g, '\\$&'));
    return new RegExp(`^${literals.join('.*')}$`);
  });
  return (host) => {
    if (host.length > MAX_HOST_CHARACTERS || !HOST.test(host)) return false;
    const name = host.toLowerCase().replace(/:\d+$/, '');
    return expressions.some((expression) => expression.test(name));
  };
}
