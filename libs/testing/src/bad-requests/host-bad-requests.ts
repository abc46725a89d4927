import { CERTIFICATE_HOST } from '../presented-certificate.js';
import type { BadRequest } from './bad-request.js';
import { der, missing, stolen, XFCC } from './stolen-token.js';
import { FILLERS } from './token-forger.js';

const fromHost = (cause: string, host: string) =>
  missing(`through ${cause}`, (forger) => [
    ['host', host],
    [XFCC, der(forger)],
  ]);

const hostIn = (title: string, header: string, value: string) =>
  missing(title, (forger) => [
    ['host', 'backend.localhost'],
    [header, value],
    [XFCC, der(forger)],
  ]);

/** A stolen token with its certificate, through a host that does not check certificates. */
export const HOST_BAD_REQUESTS: readonly BadRequest[] = [
  fromHost('the plain host', 'backend.localhost'),
  fromHost('a host that looks alike', 'mycert.localhost'),
  fromHost('a host with a longer label', 'backend.certs.localhost'),
  fromHost('a host with a user', 'backend.cert.localhost@evil.example'),
  fromHost('a host with a path', 'evil.example/backend.cert.localhost'),
  fromHost('a host with a scheme', 'https://backend.cert.localhost'),
  fromHost('a host with a space', 'evil.example backend.cert.localhost'),
  fromHost('a host with two ports', 'backend.cert.localhost:80:443'),
  fromHost('a host with an empty label', '.cert.localhost'),
  fromHost('an overlong host', `${'a'.repeat(260)}.cert.localhost`),
  fromHost('an empty host', ''),
  fromHost('a host with a trailing dot', 'backend.cert.localhost.'),
  fromHost('two hosts with a comma', 'backend.cert.localhost, evil.example'),
  fromHost('a host with a percent-encoded dot', 'backend.cert%2elocalhost'),
  fromHost('a host with an IPv6 address', '[::1]:4430'),
  fromHost('a host with a query', 'evil.example?.cert.localhost'),
  fromHost('a host with a fragment', 'evil.example#.cert.localhost'),
  fromHost('a host with a backslash', 'evil.example\\.cert.localhost'),
  fromHost('a host with a tab', 'evil.example\t.cert.localhost'),
  fromHost('a host with a byte above ASCII', 'backend.c\u00e9rt.localhost'),
  fromHost('a host that is the label alone', 'cert'),
  fromHost('a host that starts with the label', 'cert.localhost'),
  fromHost('a host that ends with the label', 'backend.cert'),
  fromHost('a host with a port that is not a number', 'backend.cert.localhost:https'),
  hostIn('a host in X-Original-Host', 'x-original-host', CERTIFICATE_HOST),
  hostIn('a host in X-Forwarded-Server', 'x-forwarded-server', CERTIFICATE_HOST),
  hostIn('a path in X-Original-URL', 'x-original-url', `https://${CERTIFICATE_HOST}/endpoint`),
  hostIn('a host in X-Forwarded-Host', 'x-forwarded-host', CERTIFICATE_HOST),
  hostIn('a host in Forwarded', 'forwarded', `host=${CERTIFICATE_HOST};proto=https`),
  missing('two different hosts', (forger) => [
    ['host', CERTIFICATE_HOST],
    ['host', 'backend.localhost'],
    [XFCC, der(forger)],
  ]),
  stolen('a second host after a thousand headers', 'headers_too_many', (forger) => [
    ['host', CERTIFICATE_HOST],
    [XFCC, der(forger)],
    ...FILLERS,
    ['host', 'backend.localhost'],
  ]),
  missing('the same host twice', (forger) => [
    ['host', CERTIFICATE_HOST],
    ['host', CERTIFICATE_HOST],
    [XFCC, der(forger)],
  ]),
];
