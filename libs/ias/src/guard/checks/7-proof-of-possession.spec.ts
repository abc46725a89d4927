import { startLandscape } from '@nest-ias/landscape';
import { createHash, X509Certificate } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { beforeAll, describe, expect, it } from 'vitest';
import type { IasSettings } from '../../core/settings.js';
import { ReceivedRequest } from '../received-request.js';
import { PossessionVerifier } from './7-proof-of-possession.js';

const DAY = 86_400_000;
let certificate: X509Certificate;
let cnf: Record<string, unknown>;

beforeAll(async () => {
  const landscape = await startLandscape();
  const issued = await landscape.issueBinding({ type: 'X509_GENERATED', validityDays: 1 });
  await landscape.stop();
  certificate = new X509Certificate(issued.certificate ?? '');
  cnf = { 'x5t#S256': createHash('sha256').update(certificate.raw).digest('base64url') };
});

const settings = { trustedCertHosts: ['*.cert.*'], certificateHops: 1, rejectExpiredCertificates: true };
const verifier = (more: Partial<IasSettings> = {}, now = Date.now()) =>
  new PossessionVerifier({ ...settings, ...more } as IasSettings, () => now);
const received = (rawHeaders: string[], more: object = {}) =>
  new ReceivedRequest({ url: '/endpoint', httpVersionMajor: 1, ...more, rawHeaders } as IncomingMessage);
const request = (host = 'a.cert.b', url = '/endpoint') =>
  received(['Host', host, 'X-Forwarded-Client-Cert', certificate.raw.toString('base64')], { url });
const failure = (code: string): unknown => expect.objectContaining({ code });

describe('PossessionVerifier', () => {
  it('returns whether a certificate proves a token', () => {
    expect(verifier().prove('required', cnf, request())).toBe(true);
    expect(verifier().prove('if-bound', undefined, request())).toBe(false);
    expect(verifier().prove('off', cnf, request())).toBe(false);
  });

  it('rejects unbound tokens if proof is required', () => {
    expect(() => verifier().prove('required', undefined, request())).toThrow(failure('proof_required'));
  });

  it('checks host, target and header of each request, even for a known certificate', () => {
    const known = verifier();
    expect(known.prove('if-bound', cnf, request())).toBe(true);
    const other = received(['Host', 'a.cert.b', 'X-Forwarded-Client-Cert', 'AQAB']);
    expect(() => known.prove('if-bound', cnf, other)).toThrow(failure('proof_mismatch'));
    expect(() => known.prove('if-bound', cnf, request('a.b'))).toThrow(failure('proof_missing'));
    for (const target of ['http://a.b/endpoint', '//a.b/endpoint', '/\\a.b/endpoint', '*', '']) {
      expect(() => known.prove('if-bound', cnf, request('a.cert.b', target))).toThrow(
        failure('proof_missing'),
      );
    }
    expect(known.prove('if-bound', cnf, request())).toBe(true);
  });

  describe('reads the certificate', () => {
    const HEADER = 'X-Forwarded-Client-Cert';
    const base64 = () => certificate.raw.toString('base64');
    const sent =
      (rawHeaders: string[], more: object = {}) =>
      () =>
        verifier().prove('if-bound', cnf, received(rawHeaders, more));
    const missing = (operatorDetail: string): unknown =>
      expect.objectContaining({
        code: 'proof_missing',
        operatorDetail: expect.stringContaining(operatorDetail),
      });

    const untrusted = missing('host "a.b": not in trustedCertHosts');
    const noHost = missing('host (none): the request names no host');
    const severalHosts = missing('host "a.cert.b": the request names several hosts');

    it('from exactly one header', () => {
      expect(sent(['Host', 'a.cert.b', HEADER, base64()])()).toBe(true);
      expect(sent(['Host', 'a.cert.b'])).toThrow(
        missing('host "a.cert.b": the request has no x-forwarded-client-cert header'),
      );
      expect(sent(['Host', 'a.cert.b', HEADER, base64(), HEADER, base64()])).toThrow(
        missing('host "a.cert.b": the request has several x-forwarded-client-cert headers'),
      );
    });

    it('if the header has exactly one', () => {
      expect(sent(['Host', 'a.cert.b', HEADER, 'garbage!'])).toThrow(
        missing('host "a.cert.b": the x-forwarded-client-cert header is not one valid certificate'),
      );
    });

    it('if the request has exactly one host', () => {
      expect(sent([HEADER, base64()])).toThrow(noHost);
      expect(sent(['Host', 'a.cert.b', 'Host', 'a.cert.b', HEADER, base64()])).toThrow(severalHosts);
    });

    it('if the host is trusted', () => {
      expect(sent(['Host', 'a.b', HEADER, base64()])).toThrow(untrusted);
      expect(sent(['Host', 'a.b'])).toThrow(untrusted);
    });

    it('if the request has a target', () => {
      expect(sent(['Host', 'a.cert.b', HEADER, base64()], { url: undefined })).toThrow(
        missing('host "a.cert.b": the target of the request is not a path'),
      );
    });

    it('of HTTP/2, where ":authority" is the host', () => {
      const http2 = { httpVersionMajor: 2 };
      expect(sent([':authority', 'a.cert.b', HEADER, base64()], http2)()).toBe(true);
      expect(sent(['Host', 'a.cert.b', HEADER, base64()], http2)()).toBe(true);
      expect(sent([':authority', 'a.b', HEADER, base64()], http2)).toThrow(untrusted);
      expect(sent([':authority', 'a.cert.b', 'Host', 'a.cert.b', HEADER, base64()], http2)).toThrow(
        severalHosts,
      );
    });

    it('of HTTP/1.1 without regard to ":authority"', () => {
      expect(sent([':authority', 'a.cert.b', HEADER, base64()])).toThrow(noHost);
    });

    it('and escapes and shortens a hostile host in the log', () => {
      const host = `a.b"\u0007\r\n[Nest] LOG all is well \u0085${'x'.repeat(1_000)}`;
      const shown = `host "a.b\\"???[Nest] LOG all is well ?${'x'.repeat(69)}…": not in trustedCertHosts`;
      expect(sent(['Host', host])).toThrow(missing(shown));
    });
  });

  it('reads the first certificate of as many elements as certificateHops says', () => {
    const hash = createHash('sha256').update(certificate.raw).digest('hex');
    const elements = `Hash=${hash};Cert="${encodeURIComponent(certificate.toString())}",By=spiffe://gateway`;
    const forwarded = received(['Host', 'a.cert.b', 'X-Forwarded-Client-Cert', elements]);
    expect(verifier({ certificateHops: 2 }).prove('if-bound', cnf, forwarded)).toBe(true);
    expect(() => verifier().prove('if-bound', cnf, forwarded)).toThrow(failure('proof_missing'));
  });

  it('ignores the certificate on every host if none is trusted', () => {
    expect(() => verifier({ trustedCertHosts: [] }).prove('if-bound', cnf, request())).toThrow(
      failure('proof_missing'),
    );
  });

  it('rejects an expired certificate with rejectExpiredCertificates', () => {
    const later = Date.now() + 2 * DAY;
    expect(() => verifier({}, later).prove('if-bound', cnf, request())).toThrow(failure('proof_expired'));
    expect(() => verifier({}, 0).prove('if-bound', cnf, request())).toThrow(failure('proof_expired'));
    expect(verifier({ rejectExpiredCertificates: false }, later).prove('if-bound', cnf, request())).toBe(
      true,
    );
  });

  it('accepts a certificate from its first to its last moment', () => {
    const from = Date.parse(certificate.validFrom);
    const to = Date.parse(certificate.validTo);
    for (const now of [from, to]) expect(verifier({}, now).prove('if-bound', cnf, request())).toBe(true);
    for (const now of [from - 1, to + 1]) {
      expect(() => verifier({}, now).prove('if-bound', cnf, request())).toThrow(failure('proof_expired'));
    }
  });

  it.each([
    {},
    { 'x5t#S256': 'short' },
    { 'x5t#S256': 'A'.repeat(44) },
    { 'x5t#S256': `=${'A'.repeat(43)}` },
    { 'x5t#S256': 1 },
    { 'x5t#S256': ['A'.repeat(43)] },
    { jkt: 'A'.repeat(43) },
    'A'.repeat(43),
    [],
    null,
  ])('rejects the confirmation %j', (confirmation) => {
    expect(() => verifier().prove('if-bound', confirmation, request())).toThrow(failure('proof_unsupported'));
  });

  describe('assertProven', () => {
    const claims = (more: object) => ({ iss: 'https://t', aud: 'C', exp: 1, ...more });

    it('applies the stricter policy of app and route', () => {
      const [lenient, strict] = [
        verifier({ proofOfPossession: 'if-bound' }),
        verifier({ proofOfPossession: 'required' }),
      ];
      expect(() => lenient.assertProven(claims({}), 'required', request())).toThrow(
        failure('proof_required'),
      );
      expect(() => strict.assertProven(claims({}), 'off', request())).toThrow(failure('proof_required'));
      expect(() => strict.assertProven(claims({}), undefined, request())).toThrow(failure('proof_required'));
      const off = verifier({ proofOfPossession: 'off' });
      const elsewhere = request('a.b');
      expect(() => off.assertProven(claims({ cnf }), undefined, elsewhere)).not.toThrow();
      expect(() => off.assertProven(claims({ cnf }), 'off', elsewhere)).not.toThrow();
      expect(() => off.assertProven(claims({ cnf }), 'if-bound', elsewhere)).toThrow(
        failure('proof_missing'),
      );
      expect(() => off.assertProven(claims({}), 'required', elsewhere)).toThrow(failure('proof_required'));
      expect(() => lenient.assertProven(claims({}), 'off', request())).not.toThrow();
      expect(() => lenient.assertProven(claims({}), undefined, request())).not.toThrow();
    });

    it('reports what it checked, by the stricter policy of app and route', () => {
      const off = verifier({ proofOfPossession: 'off' });
      const lenient = verifier({ proofOfPossession: 'if-bound' });
      expect(off.assertProven(claims({ cnf }), undefined, request())).toBe('unchecked');
      expect(off.assertProven(claims({}), undefined, request())).toBe('unchecked');
      expect(off.assertProven(claims({ cnf }), 'if-bound', request())).toBe('verified');
      expect(off.assertProven(claims({}), 'if-bound', request())).toBe('unbound');
      expect(lenient.assertProven(claims({ cnf }), 'off', request())).toBe('verified');
      expect(lenient.assertProven(claims({}), undefined, request())).toBe('unbound');
    });

    it('requires proof for several audiences, unless the app allows them', () => {
      const app = { proofOfPossession: 'if-bound' } as const;
      const several = claims({ aud: ['C', 'D'] });
      const ambiguous = failure('token_audience_ambiguous');
      expect(() => verifier(app).assertProven(several, undefined, request())).toThrow(ambiguous);
      expect(() => verifier(app).assertProven({ ...several, cnf }, undefined, request())).not.toThrow();
      expect(() =>
        verifier(app).assertProven(claims({ aud: ['C', 'C'] }), undefined, request()),
      ).not.toThrow();
      expect(() => verifier(app).assertProven(claims({ aud: 'client' }), undefined, request())).not.toThrow();
      const allowing = verifier({ ...app, allowMultipleAudiences: true });
      expect(() => allowing.assertProven(several, undefined, request())).not.toThrow();
    });
  });
});
