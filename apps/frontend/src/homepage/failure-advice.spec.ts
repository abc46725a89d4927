import { describe, expect, it } from 'vitest';
import { adviseOn } from './failure-advice.js';

const NOWHERE = { isCertificateExpired: false, isLandscape: false };

describe('adviseOn', () => {
  it('names an expired certificate as the cause of a refusal, and of nothing else', () => {
    const expired = { ...NOWHERE, isCertificateExpired: true };
    expect(adviseOn('client_rejected', expired).title).toBe('The certificate of this app has expired');
    expect(adviseOn('client_cooling_down', expired).title).toBe('The certificate of this app has expired');
    expect(adviseOn('downstream_failed', expired)).toEqual(adviseOn('downstream_failed', NOWHERE));
  });

  it('speaks of the landscape only where it runs the app', () => {
    const [first, ...rest] = adviseOn('token_endpoint_unreachable', { ...NOWHERE, isLandscape: true }).steps;
    expect(first).toContain('landscape');
    const real = adviseOn('token_endpoint_unreachable', NOWHERE).steps;
    expect(rest).toEqual(real);
    expect(real.join()).not.toMatch(/landscape|button/);
  });
});
