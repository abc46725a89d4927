import { describe, expect, it } from 'vitest';
import { adviseOn } from './failure-advice.js';
import type { FailureCircumstances } from './failure-advice.js';
import { causeOf } from './failure-page.js';

const NOWHERE: FailureCircumstances = {
  credentialType: 'X509_GENERATED',
  isCertificateExpired: false,
  isLandscape: false,
};
const LANDSCAPE: FailureCircumstances = { ...NOWHERE, isLandscape: true };

describe('adviseOn', () => {
  it('names an expired certificate as the cause of a refusal, and of nothing else', () => {
    const expired = { ...NOWHERE, isCertificateExpired: true };
    expect(adviseOn('client_rejected', expired).title).toBe('The certificate of this app has expired');
    expect(adviseOn('client_cooling_down', expired).title).toBe('The certificate of this app has expired');
    expect(adviseOn('downstream_failed', expired)).toEqual(adviseOn('downstream_failed', NOWHERE));
  });

  it('speaks of the landscape only where it runs the app', () => {
    const [first, ...rest] = adviseOn('token_endpoint_unreachable', LANDSCAPE).steps;
    expect(first).toContain('landscape');
    const real = adviseOn('token_endpoint_unreachable', NOWHERE).steps;
    expect(rest).toEqual(real);
    expect(real.join()).not.toMatch(/landscape|the lab/);
  });

  it.each([
    ['X509_GENERATED', 'the certificate', 'Cloud Foundry: bind .* Kyma: create'],
    ['X509_PROVIDED', 'the certificate', 'your certificate authority.*IAS_PRIVATE_KEY'],
    ['X509_ATTESTED', 'the certificate', 'Zero Trust Identity Service'],
    ['SECRET', 'the client secret', '^Get a new client secret((?!certificate).)*$'],
  ] as const)('tells how to replace the credentials of type %s', (credentialType, title, step) => {
    const advice = adviseOn('client_rejected', { ...NOWHERE, credentialType });
    expect(advice.title).toContain(title);
    expect(advice.steps.join()).toMatch(new RegExp(step));
  });

  it('says how to get a bound token if the backend wants one', () => {
    const circumstances = { ...NOWHERE, problemCode: 'proof_required' };
    const ofSecret = adviseOn('downstream_rejected', { ...circumstances, credentialType: 'SECRET' });
    expect(ofSecret.steps.join()).toContain('credential-type X509_GENERATED');
    const ofCertificate = adviseOn('downstream_rejected', circumstances);
    expect(ofCertificate.title).toBe(ofSecret.title);
    expect(ofCertificate.steps.join()).not.toContain('client secret');
  });

  it('names a restarted landscape if the backend rejects the token, but not if it rejects the proof', () => {
    const first = (problemCode?: string) =>
      adviseOn('downstream_rejected', { ...LANDSCAPE, problemCode }).steps[0];
    expect(first('token_key_unknown')).toContain('a token of the previous one');
    expect(first()).toContain('a token of the previous one');
    expect(first('proof_mismatch')).not.toContain('landscape');
    expect(first('caller_not_allowed')).not.toContain('landscape');
    expect(adviseOn('downstream_untrusted', LANDSCAPE).steps[0]).toContain('restart this app, too');
  });
});

describe('the advice on a missing permission', () => {
  it('is about permissions, and not about the binding or the landscape', () => {
    const { title, steps } = adviseOn('downstream_rejected', { ...LANDSCAPE, status: 403 });
    expect(title).toContain('lacks a permission');
    expect(steps.join()).toMatch(/ias_apis.*resource/);
    expect(steps.join()).not.toMatch(/landscape|identity instance/);
  });
});

describe('causeOf', () => {
  it.each([
    ['The call failed: no connection (X); check the URL.', 'The call failed: no connection (X).'],
    ['No token: it answered 500; try again later.', 'No token: it answered 500.'],
    ['It waits; the next attempt is possible at 12:00.', 'It waits; the next attempt is possible at 12:00.'],
  ])('of "%s" is "%s"', (message, cause) => {
    expect(causeOf(new Error(message))).toBe(cause);
  });
});
