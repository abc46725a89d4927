import { request } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';

export interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Sends headers exactly as listed, repetitions and all. */
export async function sendRaw(
  url: string,
  headers: readonly (readonly [name: string, value: string])[],
  { method = 'GET', path }: { readonly method?: string; readonly path?: string } = {},
): Promise<RawAnswer> {
  const target = new URL(url);
  const hasHost = headers.some(([name]) => name.toLowerCase() === 'host');
  const all = hasHost ? headers : [['host', target.host] as const, ...headers];
  return new Promise((resolve, reject) => {
    const outgoing = request({
      host: target.hostname,
      port: target.port,
      path: path ?? target.pathname,
      method,
      headers: all.flat() as unknown as NodeJS.ReadOnlyDict<string>,
      setHost: false,
      agent: false,
    });
    outgoing.once('error', reject);
    outgoing.once('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('error', reject);
      response.once('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString('utf8'),
        }),
      );
    });
    outgoing.end();
  });
}
