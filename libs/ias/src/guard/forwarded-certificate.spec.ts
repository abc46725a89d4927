import { startLandscape } from '@nest-ias/landscape';
import { createHash, X509Certificate } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { compileHostPatterns, parseForwardedCertificate } from './forwarded-certificate.js';

let der: Buffer;
let base64: string;
let pem: string;
let hash: string;

beforeAll(async () => {
  const landscape = await startLandscape();
  const { certificate = '' } = await landscape.issueBinding({ type: 'X509_GENERATED' });
  await landscape.stop();
  const leaf = new X509Certificate(certificate);
  der = leaf.raw;
  base64 = der.toString('base64');
  pem = leaf.toString();
  hash = createHash('sha256').update(der).digest('hex');
});

const encoded = () => encodeURIComponent(pem).replaceAll('(', '%28');

describe('parseForwardedCertificate', () => {
  it.each<[string, () => string]>([
    ['base64 DER', () => base64],
    ['PEM with escaped line breaks', () => pem.replaceAll('\n', '\\n')],
    ['PEM with escaped CRLF', () => pem.replaceAll('\n', '\\r\\n')],
    ['PEM with blanks for line breaks', () => pem.trim().replaceAll('\n', ' ')],
    ['PEM with several escaped line breaks at its end', () => `${pem.replaceAll('\n', '\\n')}\\n\\n`],
    ['PEM with blanks around it', () => `  ${pem.replaceAll('\n', ' ')}  `],
    ['base64 with encoded white space around it', () => `%20${encodeURIComponent(base64)}%0A`],
    ['PEM without line breaks', () => pem.replaceAll('\n', '')],
    ['URL-encoded PEM', encoded],
    ['an element of Envoy', () => `Hash=${hash};Cert="${encoded()}"`],
    [
      'an element of Istio',
      () =>
        `By=spiffe://cluster.local/ns/a;Hash=${hash};Cert="${encoded()}";Subject="CN=a,O=\\"b;c\\"";URI=spiffe://x`,
    ],
    [
      'an element with keys in lower case and a hash in upper case',
      () => `hash=${hash.toUpperCase()};cert="${encoded()}"`,
    ],
    ['an element without hash', () => `Cert="${encoded()}"`],
    ['an element with a chain', () => `Hash=${hash};Cert="${encoded()}";Chain="${encoded()}${encoded()}"`],
    ['a subject with a quote in it', () => `Hash=${hash};Subject="CN=\\";Cert=\\"";Cert="${encoded()}"`],
  ])('reads %s', (_, value) => {
    expect(parseForwardedCertificate(value(), 1)).toEqual(der);
  });

  it('reads base64 in which letters precede the padding', () => {
    expect(parseForwardedCertificate('1AQ=', 1)).toEqual(Buffer.from('1AQ=', 'base64'));
  });

  it('reads a value of at most 16 384 characters', () => {
    expect(parseForwardedCertificate('A'.repeat(16_384), 1)).toHaveLength(12_288);
    expect(parseForwardedCertificate(`${'A'.repeat(16_384)} `, 1)).toBeUndefined();
  });

  it.each<[string, () => string]>([
    ['nothing', () => ''],
    ['blanks', () => '  '],
    ['PEM without content', () => '-----BEGIN CERTIFICATE----------END CERTIFICATE-----'],
    ['PEM with blanks as content', () => '-----BEGIN CERTIFICATE-----  -----END CERTIFICATE-----'],
    ['PEM with text before it', () => `x ${pem.replaceAll('\n', ' ')}`],
    ['PEM with text after it', () => `${pem.replaceAll('\n', ' ')} x`],
    ['PEM with text before it, in its dashes', () => `-----x${pem.replaceAll('\n', ' ')}`],
    ['text after an element', () => `Hash=${hash};Cert="${encoded()}" x`],
    ['text before an element', () => `Hash=${hash};;Cert="${encoded()}"`],
    ['garbage', () => 'garbage!'],
    ['two certificates in PEM', () => (pem + pem).replaceAll('\n', '\\n')],
    ['two values joined by a comma', () => `${base64},${base64}`],
    ['two elements', () => `Hash=${hash};Cert="${encoded()}",Hash=${hash};Cert="${encoded()}"`],
    ['two certificates in one element', () => `Cert="${encoded()}";Cert="${encoded()}"`],
    ['a hash of something else', () => `Hash=${'a'.repeat(64)};Cert="${encoded()}"`],
    ['an empty hash', () => `Hash=;Cert="${encoded()}"`],
    ['two hashes', () => `Hash=${'a'.repeat(64)};Cert="${encoded()}";Hash=${hash}`],
    ['a certificate without quotes', () => `Hash=${hash};Cert=${encoded()}`],
    ['a certificate without quotes, added to a URI', () => `URI=spiffe://x/;Cert=${encoded()}`],
    [
      'a certificate without quotes beside one with them',
      () => `Cert="${encoded()}";URI=spiffe://x/;Cert=AQAB`,
    ],
    ['a chain without quotes', () => `Hash=${hash};Cert="${encoded()}";Chain=${encoded()}`],
    ['a chain alone', () => `Hash=${hash};Chain="${encoded()}"`],
    ['quotes inside a value', () => `Hash=${hash};URI=spiffe://"x";Cert="${encoded()}"`],
    ['a subject that ends in an escape', () => `Hash=${hash};Subject="CN=\\";Cert="${encoded()}"`],
    ['an element without certificate', () => 'By=spiffe://x;Hash=ab;Subject="CN=a"'],
    ['a quote that never ends', () => `Hash=${hash};Cert="${encoded()}`],
    ['broken URL encoding', () => `%zz${base64}`],
    ['base64 cut short', () => base64.slice(0, -1)],
    ['base64url', () => 'MII-_w=='],
    ['base64 with unused bits set', () => 'AB=='],
    ['another kind of PEM', () => '-----BEGIN PUBLIC KEY----- AQAB -----END PUBLIC KEY-----'],
    ['too much', () => 'A'.repeat(16_388)],
  ])('refuses %s', (_, value) => {
    expect(parseForwardedCertificate(value(), 1)).toBeUndefined();
  });

  it('uses the first of exactly as many elements as there are hops', () => {
    const chain = `Hash=${hash};Cert="${encoded()}",By=spiffe://gateway;Hash=b;Cert="gateway";Subject="CN=a, O=b"`;
    expect(parseForwardedCertificate(chain, 2)).toEqual(der);
    for (const hops of [1, 3]) expect(parseForwardedCertificate(chain, hops)).toBeUndefined();
    expect(parseForwardedCertificate(`Hash=a;Subject="CN=a",${chain}`, 2)).toBeUndefined();
    expect(parseForwardedCertificate(base64, 2)).toBeUndefined();
  });
});

describe('compileHostPatterns', () => {
  it.each([
    ['*.cert.*', 'app.cert.cfapps.eu10.hana.ondemand.com'],
    ['*.cert.*', 'APP.CERT.localhost:4430'],
    ['*.cert.*', 'a.b.cert.c'],
    ['backend.internal', 'backend.internal:8080'],
    ['backend.internal', 'BACKEND.internal:1'],
    ['*.cert.*', `${'a'.repeat(244)}.cert.localhost`],
    ['*', 'anything'],
  ])('%s matches %s', (pattern, host) => {
    expect(compileHostPatterns([pattern])(host)).toBe(true);
  });

  it.each([
    ['*.cert.*', 'app.localhost'],
    ['*.cert.*', 'mycert.localhost'],
    ['*.cert.*', 'app.certs.localhost'],
    ['*.cert.*', '.cert.x'],
    ['*.cert.*', 'app.cert.'],
    ['*.cert.*', 'a@app.cert.x'],
    ['*.cert.*', 'http://app.cert.x'],
    ['*.cert.*', 'evil.example/app.cert.x'],
    ['*.cert.*', 'evil.example?.cert.x'],
    ['*.cert.*', 'app.cert.x:80:90'],
    ['*.cert.*', 'app.cert.x:'],
    ['*.cert.*', 'app.cert.x, other'],
    ['*.cert.*', 'app.\u0441ert.x'],
    ['*.cert.*', `${'a'.repeat(250)}.cert.localhost`],
    ['*.cert.*', ''],
    ['*.cert.*', `${'a'.repeat(245)}.cert.localhost`],
    ['a.b', 'axb'],
    ['backend.internal', 'backend.internal.evil'],
  ])('%s does not match %j', (pattern, host) => {
    expect(compileHostPatterns([pattern])(host)).toBe(false);
  });

  it('matches any of several patterns', () => {
    const matches = compileHostPatterns(['a.b', 'c.d']);
    expect(['a.b', 'c.d', 'e.f'].map(matches)).toEqual([true, true, false]);
  });

  it('matches nothing without a pattern', () => {
    expect(compileHostPatterns([])('app.cert.x')).toBe(false);
  });
});
