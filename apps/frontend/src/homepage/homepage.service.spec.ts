import type { AccessToken, IasTokenProvider } from 'nest-ias';
import { describe, expect, it } from 'vitest';
import type { BackendClient } from '../backend/backend-client.js';
import { HomepageService } from './homepage.service.js';

const NOW = Date.parse('2026-01-01T12:00:00Z');

const token = (certificateThumbprint: string, receivedAt: number) =>
  ({ certificateThumbprint, obtainedAt: NOW - 60_000, receivedAt, expiresAt: NOW + 60_000 }) as AccessToken;

/** @param tokens returned by the provider, one after the other; @param cnf as the backend read it */
async function getHomepage(tokens: AccessToken[], cnf: string) {
  const provider = { getToken: () => Promise.resolve(tokens.shift()) } as unknown as IasTokenProvider;
  const answer = { issuer: 'i', aud: 'a', cnf: { 'x5t#S256': cnf }, proof: 'verified' };
  const backend = {
    callEndpoint: () => Promise.resolve({ status: 200, answer }),
  } as unknown as BackendClient;
  const { homepage } = await new HomepageService(
    provider,
    backend,
    () => NOW,
    () => 0,
  ).visit();
  return homepage;
}

describe('HomepageService', () => {
  it.each([
    ['ias', NOW + 5],
    ['cache', NOW - 5],
  ])('names %s as the source by the time when the token was received', async (source, receivedAt) => {
    expect((await getHomepage([token('one', receivedAt)], 'one')).token).toEqual({
      source,
      expiresAt: '2026-01-01T12:01:00.000Z',
    });
  });

  it('compares with the new certificate if the binding was renewed during the call', async () => {
    const renewed = await getHomepage([token('old', NOW - 5), token('new', NOW + 5)], 'new');
    expect(renewed.proof).toEqual({ cnf: 'new', thumbprint: 'new', matches: true, verified: 'verified' });
    const foreign = await getHomepage([token('old', NOW - 5), token('old', NOW - 5)], 'foreign');
    expect(foreign.proof).toEqual({
      cnf: 'foreign',
      thumbprint: 'old',
      matches: false,
      verified: 'verified',
    });
  });
});
