import type { IdentityBinding } from 'nest-ias';
import { describe, expect, it } from 'vitest';
import { describeApp } from './app-description.js';

const DAY = 86_400_000;
const NOW = Date.parse('2026-01-01T12:00:00Z');
const BINDING = {
  credentialType: 'X509_GENERATED',
  url: 'https://acme.accounts.ondemand.com',
  certificate: {
    subject: 'CN=app',
    issuer: 'CN=authority',
    serialNumber: '01',
    thumbprint: 't',
    notBefore: new Date(NOW - 10 * DAY),
    notAfter: new Date(NOW + 20 * DAY),
  },
} as IdentityBinding;

const certificateAt = (now: number) => describeApp(BINDING, now, 'localhost:3000').certificate;

describe('describeApp', () => {
  it('says how long the certificate is still valid', () => {
    expect(certificateAt(NOW)).toMatchObject({ daysLeft: 20, percentLeft: 67 });
    expect(certificateAt(NOW + 19.5 * DAY)).toMatchObject({ daysLeft: 0, percentLeft: 2 });
    expect(certificateAt(NOW + 20.5 * DAY)).toMatchObject({ daysLeft: -1, percentLeft: 0 });
  });

  it('describes a certificate once while its numbers are the same', () => {
    expect(certificateAt(NOW + 1)).toBe(certificateAt(NOW + 2));
    expect(certificateAt(NOW + DAY)).not.toBe(certificateAt(NOW + 1));
  });
});
