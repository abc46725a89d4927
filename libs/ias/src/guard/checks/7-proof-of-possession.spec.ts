import { startLandscape } from '@nest-ias/landscape';
import { createHash, X509Certificate } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { beforeAll, describe, expect, it } from 'vitest';
import type { IasSettings } from '../../core/settings.js';
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
const request = (host = 'a.cert.b', url = '/endpoint') =>
  ({
    rawHeaders: ['Host', host, 'X-Forwarded-Client-Cert', certificate.raw.toString('base64')],
    url,
  }) as unknown as IncomingMessage;
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
    const other = { rawHeaders: ['Host', 'a.cert.b', 'X-Forwarded-Client-Cert', 'AQAB'], url: '/' };
    expect(() => known.prove('if-bound', cnf, other as unknown as IncomingMessage)).toThrow(
      failure('proof_mismatch'),
    );
    expect(() => known.prove('if-bound', cnf, request('a.b'))).toThrow(failure('proof_missing'));
    for (const target of ['http://a.b/endpoint', '//a.b/endpoint', '/\\a.b/endpoint', '*', '']) {
      expect(() => known.prove('if-bound', cnf, request('a.cert.b', target))).toThrow(
        failure('proof_missing'),
      );
    }
    expect(known.prove('if-bound', cnf, request())).toBe(true);
  });

  it('believes no host if none is trusted', () => {
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

  it.each([{}, { 'x5t#S256': 'short' }, { jkt: 'A'.repeat(43) }, 'A'.repeat(43), [], null])(
    'rejects the confirmation %j',
    (confirmation) => {
      expect(() => verifier().prove('if-bound', confirmation, request())).toThrow(
        failure('proof_unsupported'),
      );
    },
  );

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
      expect(() => lenient.assertProven(claims({}), 'off', request())).not.toThrow();
      expect(() => lenient.assertProven(claims({}), undefined, request())).not.toThrow();
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
      const allowing = verifier({ ...app, allowMultipleAudiences: true });
      expect(() => allowing.assertProven(several, undefined, request())).not.toThrow();
    });
  });
});
