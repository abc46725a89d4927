import { createPrivateKey, X509Certificate } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { ClientAuthority } from './client-authority.js';
import type { DistinguishedName } from './distinguished-name.js';
import { VALIDITY_DAYS, validityAround } from './validity.js';

describe('ClientAuthority', () => {
  let ca: ClientAuthority;
  const validity = validityAround(Date.UTC(2026, 0, 1), VALIDITY_DAYS.testServer);
  const subject: DistinguishedName = [
    ['O', 'SAP SE'],
    ['CN', 'frontend'],
  ];

  beforeAll(async () => {
    ca = await ClientAuthority.create();
  });

  it('issues a chain of leaf and intermediate that ends at the root', async () => {
    const issued = await ca.issueClientCertificate({ subject, key: 'EC', validity });
    const chain = issued.certificate.split(/(?=-----BEGIN)/).map((pem) => new X509Certificate(pem));
    const root = new X509Certificate(ca.pem);
    expect(root.subject).toContain('CN=Landscape Client Root CA');
    expect(chain).toHaveLength(2);
    expect(chain[0]?.verify(chain[1]?.publicKey ?? root.publicKey)).toBe(true);
    expect(chain[1]?.verify(root.publicKey)).toBe(true);
    expect(root.ca && chain[1]?.ca).toBe(true);
    expect(chain[0]?.ca).toBe(false);
  });

  it('sets subject and validity of the certificate', async () => {
    const { leaf } = await ca.issueClientCertificate({ subject, key: 'EC', validity });
    expect(leaf.subject).toBe('O=SAP SE\nCN=frontend');
    expect(new Date(leaf.validFrom)).toEqual(validity.notBefore);
    expect(new Date(leaf.validTo)).toEqual(validity.notAfter);
  });

  it.each([
    { kind: 'RSA-2048', bits: 2048, marker: '-----BEGIN RSA PRIVATE KEY-----' },
    { kind: 'RSA-4096', bits: 4096, marker: '-----BEGIN RSA PRIVATE KEY-----' },
    { kind: 'EC', bits: undefined, marker: '-----BEGIN EC PRIVATE KEY-----' },
  ] as const)(
    'returns a $kind key in its traditional PEM format that matches the leaf',
    async ({ kind, bits, marker }) => {
      const { leaf, key } = await ca.issueClientCertificate({ subject, key: kind, validity });
      expect(key.startsWith(marker)).toBe(true);
      expect(leaf.checkPrivateKey(createPrivateKey(key))).toBe(true);
      expect(leaf.publicKey.asymmetricKeyDetails?.modulusLength).toBe(bits);
    },
    60_000,
  );

  it('recognizes its own certificates, and rejects those of another authority with the same names', async () => {
    const other = await ClientAuthority.create();
    const own = await ca.issueClientCertificate({ subject, key: 'EC', validity });
    const strange = await other.issueClientCertificate({ subject, key: 'EC', validity });
    expect(ca.hasIssued(own.leaf)).toBe(true);
    expect(ca.hasIssued(strange.leaf)).toBe(false);
  });

  it('does not recognize the root or the intermediate as a leaf', () => {
    expect(ca.hasIssued(new X509Certificate(ca.pem))).toBe(false);
  });
});
