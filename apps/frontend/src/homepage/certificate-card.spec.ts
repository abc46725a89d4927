import { expect, it } from 'vitest';
import { renderCertificateCard } from './certificate-card.js';

const CERTIFICATE = {
  subject: 'CN=app',
  issuer: 'CN=authority',
  serialNumber: '0A',
  thumbprint: 'thumbprint',
  notAfter: '2031-01-09T23:59:59.000Z',
  daysLeft: 29,
  percentLeft: 90,
};

it.each([
  [-1, 'expired'],
  [0, '0 days left'],
  [1, '1 day left'],
  [2, '2 days left'],
])('a certificate with %i days left is shown as: %s', (daysLeft, text) => {
  const card = String(renderCertificateCard({ ...CERTIFICATE, daysLeft }, 'X509_GENERATED'));
  expect(/expired|\d+ days? left/.exec(card)?.[0]).toBe(text);
});

it('says where the private key is, by the credential type', () => {
  const generated = String(renderCertificateCard(CERTIFICATE, 'X509_GENERATED'));
  const provided = String(renderCertificateCard(CERTIFICATE, 'X509_PROVIDED'));
  expect([generated, provided].map((card) => card.includes('it is in the binding of this app'))).toEqual([
    true,
    false,
  ]);
  expect(provided).toContain('it was provided to this app');
});

it('shows the last day of validity in UTC', () => {
  const card = String(renderCertificateCard(CERTIFICATE, 'X509_GENERATED'));
  expect(card).toContain('<time datetime="2031-01-09T23:59:59.000Z">9 Jan 2031</time>');
});
