import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { ReceivedRequest } from './received-request.js';

describe('ReceivedRequest', () => {
  const message = (more: object) =>
    ({ httpVersionMajor: 1, rawHeaders: [], ...more }) as unknown as IncomingMessage;
  const received = (rawHeaders: string[], more: object = {}) =>
    new ReceivedRequest(message({ rawHeaders, ...more }));

  it('has every value of a header in the order of arrival, for any case of the name', () => {
    const request = received([
      'Host',
      'a',
      'Authorization',
      'b',
      'HOST',
      'c',
      'hose',
      'd',
      'authorization',
      'e',
    ]);
    expect(request).toMatchObject({ hosts: ['a', 'c'], authorization: ['b', 'e'], headerEntries: 10 });
    expect(request.forwardedCertificates).toEqual([]);
    expect(received(['X-FORWARDED-client-cert', 'f']).forwardedCertificates).toEqual(['f']);
  });

  it('ignores other headers, even with the name of a member', () => {
    const request = received(['__proto__', 'a', 'constructor', 'b', 'hosts', 'c', 'url', 'd']);
    expect(request).toMatchObject({ hosts: [], authorization: [], forwardedCertificates: [], url: '' });
  });

  it('reads the host of HTTP/2 from ":authority"', () => {
    expect(received([':authority', 'a', 'host', 'b'], { httpVersionMajor: 2 }).hosts).toEqual(['a', 'b']);
    expect(received([':authority', 'a', 'host', 'b']).hosts).toEqual(['b']);
  });

  it('finds the message in a request of Fastify', () => {
    const raw = message({ url: '/endpoint', rawHeaders: ['Host', 'a'] });
    expect(new ReceivedRequest({ raw })).toEqual(new ReceivedRequest(raw));
    expect(new ReceivedRequest({ raw }).url).toBe('/endpoint');
  });
});
