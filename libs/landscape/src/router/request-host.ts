import type { IncomingMessage } from 'node:http';

const HOST = /^(?<name>[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i;

/** Host name a request is for, in lower case and without port; undefined where it has none, several or a broken one. */
export function requestHostName(request: IncomingMessage): string | undefined {
  const values = request.rawHeaders.filter(
    (_, index, all) => index % 2 === 1 && all[index - 1]?.toLowerCase() === 'host',
  );
  const [host] = values;
  if (host === undefined || values.length > 1) return undefined;
  return HOST.exec(host)?.groups?.['name']?.toLowerCase();
}
