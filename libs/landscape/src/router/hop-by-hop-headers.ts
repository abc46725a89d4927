/** Headers that belong to one connection and are not forwarded (RFC 9110 §7.6.1). */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** `Connection` must not remove these headers, because a request needs them for its framing or destination. */
const NEVER_REMOVED = new Set(['content-length', 'host']);

/** A header with the name in its original case. */
export type RawHeader = readonly [name: string, value: string];

/** Removes hop-by-hop headers, and those that `Connection` names, from Node's flat list of raw headers. */
export function endToEndHeaders(rawHeaders: readonly string[]): RawHeader[] {
  const headers: RawHeader[] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    headers.push([rawHeaders[index] ?? '', rawHeaders[index + 1] ?? '']);
  }
  const dropped = new Set(HOP_BY_HOP);
  for (const [name, value] of headers) {
    if (name.toLowerCase() !== 'connection') continue;
    for (const token of value.split(',')) {
      const named = token.trim().toLowerCase();
      if (!NEVER_REMOVED.has(named)) dropped.add(named);
    }
  }
  return headers.filter(([name]) => !dropped.has(name.toLowerCase()));
}
