import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SecretScanner } from '../../../test/helper/secret-scanner.js';
import { InProcessApps, urlOf } from '../../../test/helper/in-process-apps.js';
import { AppModule } from '../src/app.module.js';

const scanner = new SecretScanner();
let scenario: InProcessApps;
let backend: Server;
let frontend: string;
/** The exact bytes that the backend sends for each request. */
let answer: (token: string) => readonly (string | Buffer)[];
const sockets = new Set<Socket>();

beforeAll(async () => {
  backend = createServer((socket) => {
    sockets.add(socket);
    let request = '';
    socket.on('error', () => undefined);
    socket.setEncoding('latin1').on('data', (text: string) => {
      request += text;
      if (!request.endsWith('\r\n\r\n')) return;
      const token = /^authorization: Bearer (.*)\r$/im.exec(request)?.[1] ?? '';
      request = '';
      scanner.addToken(token);
      for (const part of answer(token)) socket.write(part);
      socket.end();
    });
  }).listen(0, '127.0.0.1');
  await once(backend, 'listening');
  scenario = await InProcessApps.start();
  const { port } = backend.address() as AddressInfo;
  const binding = await scenario.landscape.issueBinding({ type: 'X509_GENERATED' });
  frontend = urlOf(await scenario.startApp(AppModule, binding, { BACKEND_URL: `http://127.0.0.1:${port}` }));
});
afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  backend.close();
  await scenario.stop();
});

const CLAIMS = '"subject":"s","issuer":"https://i.example","aud":"a"';
const VALID = `{${CLAIMS}}`;
const JSON_TYPE = 'content-type: application/json';

/** Builds a response with its length, unless the headers say how long it is. */
function http(status: string, headers: readonly string[], body: string | Buffer = ''): (string | Buffer)[] {
  const length = headers.some((header) => /^(content-length|transfer-encoding):/.test(header))
    ? []
    : [`content-length: ${Buffer.byteLength(body)}`];
  return [[`HTTP/1.1 ${status}`, ...headers, ...length, '', ''].join('\r\n'), body];
}

const ok = (body: string | Buffer, ...headers: string[]) => http('200 OK', [JSON_TYPE, ...headers], body);
const nested = (open: string, close: string, levels: number) => open.repeat(levels) + close.repeat(levels);
const chunked = (text: string) => ok(text, 'transfer-encoding: chunked');
const gzip = gzipSync(VALID);

type Row = readonly [what: string, answer: (token: string) => readonly (string | Buffer)[], code: string];

const MALFORMED = 'downstream_malformed';
const FAILED = 'downstream_failed';
const UNREACHABLE = 'downstream_unreachable';

const ROWS: readonly Row[] = [
  // JSON
  ['arrays 200 000 levels deep', () => ok(`{${CLAIMS},"x":${nested('[', ']', 200_000)}}`), MALFORMED],
  [
    'objects 60 000 levels deep',
    () => ok(`{${CLAIMS},"x":${nested('{"a":', '}', 60_000).replace(':}', ':1}')}}`),
    MALFORMED,
  ],
  ['arrays 5 000 levels deep as aud', () => ok(`{"issuer":"i","aud":${nested('[', ']', 5_000)}}`), MALFORMED],
  ['deep arrays without an end', () => ok(`{${CLAIMS},"x":${'['.repeat(200_000)}`), MALFORMED],
  ['a deep __proto__', () => ok(`{"__proto__":${nested('[', ']', 100_000)},${CLAIMS}}`), MALFORMED],
  ['claims in __proto__ only', () => ok(`{"__proto__":${VALID}}`), MALFORMED],
  [
    'a constructor in place of a claim',
    () => ok('{"issuer":{"constructor":{"prototype":1}},"aud":"a"}'),
    MALFORMED,
  ],
  ['huge numbers', () => ok(`{"issuer":1e999,"aud":${'9'.repeat(400)}}`), MALFORMED],
  ['null', () => ok('null'), MALFORMED],
  ['an array', () => ok(`[${VALID}]`), MALFORMED],
  ['a text', () => ok('"text"'), MALFORMED],
  ['nothing', () => ok(''), MALFORMED],
  ['blanks', () => ok(' \r\n'), MALFORMED],
  ['a claim of 100 KB', () => ok(`{"issuer":"${'i'.repeat(100_000)}","aud":"a"}`), MALFORMED],
  ['101 audiences', () => ok(JSON.stringify({ issuer: 'i', aud: Array(101).fill('a') })), MALFORMED],
  ['more than the limit of bytes', () => ok(`{${CLAIMS},"x":"${'x'.repeat(11_000_000)}"}`), MALFORMED],
  ['our token as a claim', (token) => ok(JSON.stringify({ issuer: token, aud: 'a' })), MALFORMED],
  ['our token as an audience', (token) => ok(JSON.stringify({ issuer: 'i', aud: ['a', token] })), MALFORMED],
  ['our token in an unknown member', (token) => ok(`{${CLAIMS},"x":[{"y":"${token}"}]}`), MALFORMED],
  ['our token as a name', (token) => ok(`{${CLAIMS},"${token}":1}`), MALFORMED],
  ['our token in escapes', (token) => ok(`{${CLAIMS},"x":"\\u0065${token.slice(1)}"}`), MALFORMED],
  // other content
  ['HTML', () => http('200 OK', ['content-type: text/html'], '<!doctype html><title>Hi</title>'), MALFORMED],
  [
    'UTF-16',
    () => ok(Buffer.from(VALID, 'utf16le'), 'content-type: application/json; charset=utf-16'),
    MALFORMED,
  ],
  ['bytes that are no UTF-8', () => ok(Buffer.from([0xc3, 0x28, 0xff, 0xfe])), MALFORMED],
  ['two byte order marks', () => ok(`\uFEFF\uFEFF${VALID}`), MALFORMED],
  ['gzip that is cut off', () => ok(gzip.subarray(0, -12), 'content-encoding: gzip'), MALFORMED],
  ['gzip that is none', () => ok(VALID, 'content-encoding: gzip'), MALFORMED],
  ['gzip twice', () => ok(gzip, 'content-encoding: gzip, gzip'), MALFORMED],
  ['an unknown coding', () => ok(VALID, 'content-encoding: compress'), MALFORMED],
  ['a zip bomb', () => ok(gzipSync(Buffer.alloc(50_000_000)), 'content-encoding: gzip'), MALFORMED],
  // statuses
  ['204', () => http('204 No Content', []), MALFORMED],
  ['205', () => http('205 Reset Content', []), MALFORMED],
  ['206', () => http('206 Partial Content', ['content-range: bytes 0-1/9'], '{"'), MALFORMED],
  ['304', () => http('304 Not Modified', []), FAILED],
  ['a redirect', () => http('302 Found', ['location: https://evil.example/']), FAILED],
  ['a redirect to nowhere', () => http('307 Temporary Redirect', ['location: \u00ff%%%']), FAILED],
  [
    '401 with our token',
    (token) => http('401 Unauthorized', [`www-authenticate: Bearer ${token}`], token),
    'downstream_rejected',
  ],
  ['407', () => http('407 Proxy Authentication Required', ['proxy-authenticate: Basic']), FAILED],
  ['418 with a page', () => http('418 Teapot', ['content-type: text/html'], '<script>1</script>'), FAILED],
  ['429', () => http('429 Too Many Requests', ['retry-after: -1']), 'downstream_overloaded'],
  ['500', (token) => http('500 Oops', [`x-token: ${token}`], token), FAILED],
  ['503', () => http('503 Service Unavailable', ['retry-after: 99999999999']), 'downstream_overloaded'],
  ['504', () => http('504 Gateway Timeout', []), 'downstream_timeout'],
  ['999', () => http('999 Whatever', []), FAILED],
  ['600', () => http('600 Whatever', []), FAILED],
  ['000', () => http('000 Whatever', []), MALFORMED],
  ['99', () => http('99 Whatever', []), MALFORMED],
  ['1000', () => http('1000 Whatever', []), MALFORMED],
  ['101', () => http('101 Switching Protocols', ['upgrade: x', 'connection: upgrade']), MALFORMED],
  ['an unrequested 100', () => ['HTTP/1.1 100 Continue\r\n\r\n', ...ok(VALID)], MALFORMED],
  [
    'hints, then 500',
    () => ['HTTP/1.1 103 Early Hints\r\nlink: <x>\r\n\r\n', ...http('500 Oops', [])],
    FAILED,
  ],
  // framing
  ['no HTTP', () => ['SSH-2.0-OpenSSH_9.6\r\n'], MALFORMED],
  ['HTTP/2', () => [Buffer.from('000012040000000000', 'hex')], MALFORMED],
  ['HTTP/9.9', () => ['HTTP/9.9 200 OK\r\n\r\n'], MALFORMED],
  ['nothing at all', () => [], UNREACHABLE],
  ['half a status line', () => ['HTTP/1.1 2'], UNREACHABLE],
  ['headers without an end', () => ['HTTP/1.1 200 OK\r\ncontent-type: a'], UNREACHABLE],
  ['less than its length', () => ok(VALID, 'content-length: 1000'), UNREACHABLE],
  ['more than its length', () => ok(`${VALID} and more`, `content-length: ${VALID.length}`), MALFORMED],
  ['two lengths', () => ok(VALID, 'content-length: 5', 'content-length: 6'), MALFORMED],
  ['a negative length', () => ok(VALID, 'content-length: -1'), MALFORMED],
  [
    'a length and chunks',
    () => ok(`5\r\n{"a":\r\n0\r\n\r\n`, 'content-length: 5', 'transfer-encoding: chunked'),
    MALFORMED,
  ],
  ['chunks without numbers', () => chunked('zz\r\n{}\r\n0\r\n\r\n'), MALFORMED],
  ['a chunk size of 2^80', () => chunked(`${'f'.repeat(20)}\r\n{}\r\n`), MALFORMED],
  ['chunks without an end', () => chunked(`4\r\n{"a"\r\n`), UNREACHABLE],
  ['a header of 100 KB', () => ok(VALID, `x: ${'x'.repeat(100_000)}`), MALFORMED],
  ['5 000 headers', () => ok(VALID, ...Array.from({ length: 5_000 }, (_, i) => `x-${i}: y`)), MALFORMED],
  ['a header with a NUL', () => ok(VALID, 'x: a\0b'), MALFORMED],
  ['a header without a name', () => ok(VALID, ': x'), MALFORMED],
  ['a folded header', () => ok('no', 'x: a\r\n b'), MALFORMED],
];

describe.each([
  ['a page', 'text/html'],
  ['JSON', 'application/json'],
])('as %s', (_, accept) => {
  it.each(ROWS)('a backend that sends %s', async (_what, bytes, code) => {
    answer = bytes;
    const response = await fetch(`${frontend}/homepage`, { headers: { accept } });
    const text = await response.text();
    expect([response.status, text]).toEqual([statusOf(code), expect.stringContaining(code)]);
    expect(response.headers.get('content-type')).toContain(accept === 'text/html' ? accept : 'problem+json');
    expect(scanner.find(text + JSON.stringify([...response.headers]))).toEqual([]);
  });

  it.each<[string, () => readonly (string | Buffer)[]]>([
    ['a byte order mark', () => ok(`\uFEFF${VALID}`)],
    ['the wrong type', () => http('200 OK', ['content-type: image/png'], VALID)],
    ['the wrong charset', () => ok(VALID, 'content-type: application/json; charset=utf-16')],
    [
      'a header twice',
      () => ok(VALID, 'content-type: text/html', 'etag: 1', 'etag: 2', 'set-cookie: a', 'set-cookie: b'),
    ],
    ['names twice', () => ok(`{"issuer":5,${CLAIMS}}`)],
    ['a lone surrogate', () => ok('{"subject":"\\ud800","issuer":"\\udfff","aud":["\\ud800"]}')],
    ['a huge number beside', () => ok(`{${CLAIMS},"x":1e999,"__proto__":{"issuer":5}}`)],
    ['control characters', () => ok('{"issuer":"\\u0000\\u001b[31m\\r\\nx: y","aud":"\\u2028"}')],
    ['hints before', () => ['HTTP/1.1 103 Early Hints\r\nlink: <x>\r\n\r\n', ...ok(VALID)]],
    ['gzip', () => ok(gzip, 'content-encoding: gzip')],
    ['201', () => http('201 Created', [], VALID)],
    ['chunks', () => chunked(`${VALID.length.toString(16)};x="y"\r\n${VALID}\r\n0\r\nx-trailer: z\r\n\r\n`)],
  ])('claims with %s are shown', async (_what, bytes) => {
    answer = bytes;
    const response = await fetch(`${frontend}/homepage`, { headers: { accept } });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toContain(accept);
    expect(scanner.find(await response.text())).toEqual([]);
  });
});

function statusOf(code: string): number {
  if (code === UNREACHABLE || code === 'downstream_overloaded') return 503;
  return code === 'downstream_timeout' ? 504 : 502;
}
