import { createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { send } from '../../test/https-client.js';
import { type Landscape, startLandscape } from '../index.js';

describe('signing keys', () => {
  let landscape: Landscape;

  beforeEach(async () => {
    landscape = await startLandscape();
  });
  afterEach(async () => landscape.stop());

  const publishedKeys = async () =>
    (await send(`${landscape.tenant.url}/oauth2/certs`, { landscape })).json() as unknown as JSONWebKeySet;

  it('rotate with or without keeping the old key published', async () => {
    const old = await landscape.tenant.issueToken();
    const second = await landscape.tenant.rotateSigningKey({ keepOld: true });
    const both = await publishedKeys();
    expect(both.keys.map((key) => key.kid)).toEqual([second, decodeProtectedHeader(old).kid]);
    await expect(jwtVerify(old, createLocalJWKSet(both))).resolves.toBeDefined();
    expect(decodeProtectedHeader(await landscape.tenant.issueToken()).kid).toBe(second);

    const third = await landscape.tenant.rotateSigningKey({ keepOld: false });
    expect((await publishedKeys()).keys.map((key) => key.kid)).toEqual([third]);
    await expect(landscape.tenant.issueToken({ key: second })).rejects.toThrow(second);
  });

  it('rotate one after the other when several rotations start at once', async () => {
    const { kid } = decodeProtectedHeader(await landscape.tenant.issueToken());
    const rotate = async () => landscape.tenant.rotateSigningKey({ keepOld: true });
    const [second, third, fourth] = await Promise.all([rotate(), rotate(), rotate()]);
    expect((await publishedKeys()).keys.map((key) => key.kid)).toEqual([fourth, third, second, kid]);
  });

  it('rotate to a key whose pre-publication is still in progress', async () => {
    const published = landscape.tenant.prepublishSigningKey();
    expect(await landscape.tenant.rotateSigningKey({ keepOld: false })).toBe(await published);
  });

  it('that are pre-published sign after the next rotation', async () => {
    const first = decodeProtectedHeader(await landscape.tenant.issueToken()).kid;
    const next = await landscape.tenant.prepublishSigningKey();
    expect((await publishedKeys()).keys.map((key) => key.kid)).toEqual([first, next]);
    expect(decodeProtectedHeader(await landscape.tenant.issueToken()).kid).toBe(first);
    expect(await landscape.tenant.rotateSigningKey({ keepOld: false })).toBe(next);
    expect((await publishedKeys()).keys.map((key) => key.kid)).toEqual([next]);
  });

  it('can be unpublished, and can have an unknown type', async () => {
    const { kid } = decodeProtectedHeader(await landscape.tenant.issueToken());
    landscape.tenant.unpublishSigningKey(kid ?? '');
    landscape.tenant.publishJwk({ kty: 'unheard-of', kid: 'odd' });
    expect(await publishedKeys()).toEqual({ keys: [{ kty: 'unheard-of', kid: 'odd' }] });
    expect(decodeProtectedHeader(await landscape.tenant.issueToken()).kid).toBe(kid);
  });

  it.each(['RS512', 'PS256', 'ES256'] as const)('sign with %s', async (algorithm) => {
    await landscape.tenant.rotateSigningKey({ keepOld: false, algorithm });
    const token = await landscape.tenant.issueToken();
    const { protectedHeader } = await jwtVerify(token, createLocalJWKSet(await publishedKeys()));
    expect(protectedHeader.alg).toBe(algorithm);
  });
});
