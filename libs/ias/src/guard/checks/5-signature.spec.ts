import { generateKeyPairSync, sign } from 'node:crypto';
import type { KeyPairKeyObjectResult } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { IdentityBinding } from '../../binding/identity-binding.js';
import { Clocks } from '../../core/clocks.js';
import { IasEvents } from '../../core/events.js';
import type { IasSettings } from '../../core/settings.js';
import { TenantUnavailableError } from '../../net/json-request.js';
import type { TenantClient } from '../tenant/tenant-client.js';
import { parseToken } from './2-token-format.js';
import { KeyStore } from './5-signature.js';
import type { PresentedToken } from './5-signature.js';

const MINUTE = 60_000;
const T = 'https://t.example';
const U = 'https://u.example';
const pair = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const other = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const jwkOf = ({ publicKey }: KeyPairKeyObjectResult, kid = 'a') => ({
  ...publicKey.export({ format: 'jwk' }),
  kid,
});
const encode = (content: object) => Buffer.from(JSON.stringify(content)).toString('base64url');

/** A signed token; the issuer is the one that step 3 found. */
function tokenOf(issuer: string, { privateKey }: KeyPairKeyObjectResult = pair, kid = 'a'): PresentedToken {
  const input = `${encode({ alg: 'RS256', kid })}.${encode({ iss: issuer, aud: 'C', exp: 1 })}`;
  const jwt = `${input}.${sign('sha256', Buffer.from(input), privateKey).toString('base64url')}`;
  return { ...parseToken(jwt, ['RS256']), issuer, binding: { clientId: 'C' } as IdentityBinding };
}

Logger.overrideLogger(false);

describe('KeyStore', () => {
  let now: number;
  let store: KeyStore;
  let events: unknown[];
  const fetchKeys = vi.fn<TenantClient['fetchKeys']>();

  beforeEach(() => {
    now = 1_000_000;
    events = [];
    fetchKeys.mockReset().mockImplementation(async ({ issuer }) => [jwkOf(issuer === T ? pair : other)]);
    const emitted = new IasEvents();
    emitted.on('keys.fetched', (event) => events.push(['keys.fetched', event]));
    emitted.on('keys.failed', (event) => events.push(['keys.failed', event]));
    const clock = () => now;
    store = new KeyStore(
      { fetchKeys } as unknown as TenantClient,
      emitted,
      { outageTolerance: 60 * MINUTE } as IasSettings,
      new Clocks(clock, clock),
    );
  });

  const codeOf = (token: PresentedToken) =>
    store.verify(token).then(
      () => 'verified',
      (error: { code?: string }) => error.code,
    );

  it('returns the key that made the signature, and the set that contains it', async () => {
    const { key, keySet } = await store.verify(tokenOf(T));
    expect(key).toEqual(jwkOf(pair));
    expect(keySet.value.has('a')).toBe(true);
    expect(keySet.freshness.left).toBe(10 * MINUTE);
  });

  it('accepts only the keys of the issuer of the token', async () => {
    expect(await codeOf(tokenOf(T, pair))).toBe('verified');
    expect(await codeOf(tokenOf(U, other))).toBe('verified');
    expect(await codeOf(tokenOf(U, pair))).toBe('token_signature_invalid');
    expect(await codeOf(tokenOf(T, other))).toBe('token_signature_invalid');
  });

  it('rejects a token whose signed content was changed', async () => {
    const token = tokenOf(T);
    const changed = { ...token, signingInput: `${token.signingInput}A` };
    expect(await codeOf(changed)).toBe('token_signature_invalid');
  });

  it('rejects a key that the issuer does not publish', async () => {
    expect(await codeOf(tokenOf(T, pair, 'b'))).toBe('token_key_unknown');
  });

  it('fetches the keys of each issuer once, for its binding', async () => {
    const token = tokenOf(T);
    await store.verify(token);
    await store.verify(tokenOf(T));
    await store.verify(tokenOf(U, other));
    expect(fetchKeys.mock.calls.map(([tenant]) => tenant)).toEqual([
      { issuer: T, binding: token.binding },
      { issuer: U, binding: token.binding },
    ]);
  });

  it('renews due keys in the background', async () => {
    const token = tokenOf(T);
    const { keySet } = await store.verify(token);
    store.renewAhead(token, keySet);
    expect(fetchKeys).toHaveBeenCalledTimes(1);
    now += 5 * MINUTE;
    store.renewAhead(token, keySet);
    await vi.waitFor(() => expect(keySet.freshness.left).toBe(10 * MINUTE));
    expect(fetchKeys).toHaveBeenCalledTimes(2);
  });

  it('keeps keys during an outage, up to the tolerance', async () => {
    await store.verify(tokenOf(T));
    fetchKeys.mockRejectedValue(new TenantUnavailableError('down'));
    now += 59 * MINUTE;
    expect(await codeOf(tokenOf(T))).toBe('verified');
    now += MINUTE;
    expect(await codeOf(tokenOf(T))).toBe('keys_unavailable');
  });

  it('tells listeners about fetched keys and failures', async () => {
    fetchKeys.mockResolvedValueOnce([jwkOf(pair), jwkOf(other, 'b')]);
    await store.verify(tokenOf(T));
    fetchKeys.mockRejectedValue(new TenantUnavailableError('down'));
    expect(await codeOf(tokenOf(U, other))).toBe('keys_unavailable');
    expect(events).toEqual([
      ['keys.fetched', { issuer: T, keys: 2 }],
      ['keys.failed', { issuer: U, code: 'keys_unavailable' }],
    ]);
  });
});
