import type { IncomingMessage } from 'node:http';

const HOST = /^(?<name>[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i;

/** Returns the host name of a request in lower case, without port; undefined if Host is missing, repeated or malformed. */
export function requestHostName(request: IncomingMessage): string | undefined {
  const values = request.rawHeaders.filter(
    (_, index, all) => index % 2 === 1 && all[index - 1]?.toLowerCase() === 'host',
  );
  const [host] = values;
  if (host === undefined || values.length > 1) return undefined;
  return HOST.exec(host)?.groups?.['name']?.toLowerCase();
}
