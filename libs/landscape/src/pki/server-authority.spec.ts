import { X509Certificate } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { openssl } from '../../test/openssl.js';
import { ServerAuthority } from './server-authority.js';
import { validityAround } from './validity.js';

/** Longer than the authority is valid. */
const validity = validityAround(Date.now(), { before: 1, after: 800 });
const DAY = 86_400_000;

describe('ServerAuthority', () => {
  let ca: ServerAuthority;
  beforeAll(async () => {
    ca = await ServerAuthority.create(['landscape', 'ias.example', '10.0.0.7']);
  });

  it.each(['root', 'certificate'] as const)('limits the names critically in its %s', async (which) => {
    const text = await openssl(['x509', '-noout', '-text'], ca.keep()[which]);
    expect(text).toMatch(/Basic Constraints: critical\s+CA:TRUE, pathlen:[01]\n/);
    expect(text).toMatch(
      /Name Constraints: critical\s+Permitted:\s+DNS:localhost\s+DNS:landscape\s+DNS:ias\.example\s+IP:127\.0\.0\.0\/255\.0\.0\.0\s+IP:0:0:0:0:0:0:0:1\/[F:]+\s+IP:10\.0\.0\.7\/255\.255\.255\.255\n/i,
    );
    const { validFrom, validTo } = new X509Certificate(ca.keep()[which]);
    expect(Date.parse(validTo) - Date.parse(validFrom)).toBeLessThanOrEqual(365 * DAY);
  });

  it('cannot issue further authorities with the key that it keeps', async () => {
    const text = await openssl(['x509', '-noout', '-text'], ca.keep().certificate);
    expect(text).toContain('CA:TRUE, pathlen:0');
    const { root, key } = ca.keep();
    const { publicKey } = new X509Certificate(root);
    expect(publicKey.export({ format: 'jwk' })).not.toEqual(
      new X509Certificate(ca.keep().certificate).publicKey.export({ format: 'jwk' }),
    );
    expect(key).toMatch(/^-----BEGIN EC PRIVATE KEY-----/);
  });

  it.each([
    { dnsNames: ['localhost'], ipAddresses: ['127.8.9.1', '::1'] },
    { dnsNames: ['A.Cert.LocalHost', 'landscape', 'x.ias.example'], ipAddresses: ['10.0.0.7'] },
  ])('issues certificates that openssl accepts for %o', async (names) => {
    const { certificate } = await ca.issueServerCertificate({ ...names, validity });
    expect(new X509Certificate(certificate).validTo).toBe(new X509Certificate(ca.keep().certificate).validTo);
    expect(
      await openssl(['verify', '-x509_strict', '-CAfile', 'ca.pem', '-untrusted', 'chain.pem'], certificate, {
        'ca.pem': ca.pem,
        'chain.pem': certificate,
      }),
    ).toContain('stdin: OK');
  });

  it.each([
    { dnsNames: ['localhost', 'example.com'], ipAddresses: [] },
    { dnsNames: ['not-localhost'], ipAddresses: [] },
    { dnsNames: [], ipAddresses: ['10.0.0.8'] },
    { dnsNames: [], ipAddresses: ['127.evil.example'] },
  ])('rejects %o, because no client would accept the certificate', async (names) => {
    await expect(ca.issueServerCertificate({ ...names, validity })).rejects.toThrow(RangeError);
  });

  it('is the same authority after it was restored', async () => {
    const restored = ServerAuthority.restore(ca.keep(), ['landscape', 'ias.example', '10.0.0.7']);
    expect(restored.pem).toBe(ca.pem);
    const { leaf } = await restored.issueServerCertificate({
      dnsNames: ['landscape'],
      ipAddresses: [],
      validity,
    });
    expect(leaf.verify(new X509Certificate(ca.keep().certificate).publicKey)).toBe(true);
  });
});
