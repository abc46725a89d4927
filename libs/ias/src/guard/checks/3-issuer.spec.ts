import { Logger } from '@nestjs/common';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { IdentityBinding } from '../../binding/identity-binding.js';
import { Clocks } from '../../core/clocks.js';
import type { IssuerResolver } from '../../core/options.js';
import type { IasSettings } from '../../core/settings.js';
import { TrustedIssuers } from './3-issuer.js';
import { effectiveIssuer, isTenantOrigin } from '../tenant-issuer.js';

describe('effectiveIssuer', () => {
  it.each([
    [{ iss: 'https://t.example' }, 'https://t.example'],
    [{ iss: 't.example' }, 'https://t.example'],
    [{ iss: 'https://custom.example', ias_iss: 'https://t.example' }, 'https://t.example'],
    [{ iss: 'http://t.example' }, 'http://t.example'],
    [{ iss: 'HTTPS://t.example/' }, 'HTTPS://t.example/'],
  ])('of %j is %s', (claims, issuer) => {
    expect(effectiveIssuer(claims)).toBe(issuer);
  });
});

const binding = { domains: ['accounts.example', 'localhost:4443'] };

describe('isTenantOrigin', () => {
  it.each(['https://a.accounts.example', 'https://accounts.example', 'https://localhost:4443'])(
    'is true for %s',
    (issuer) => expect(isTenantOrigin(issuer, binding)).toBe(true),
  );

  it.each([
    'https://a.accounts.example/',
    'https://a.accounts.example/oauth2',
    'https://a.accounts.example?x',
    'https://a.accounts.example#x',
    'https://a.accounts.example:443',
    'https://a.accounts.example:8443',
    'https://A.accounts.example',
    'https://a.accounts.example.',
    'https://user@a.accounts.example',
    'https://evil.example\\@a.accounts.example',
    'https://aaccounts.example',
    'https://a.accounts.example.evil.example',
    'https://a%2Eaccounts.example',
    'https://ä.accounts.example',
    'https:a.accounts.example',
    'http://a.accounts.example',
    'ftp://a.accounts.example',
    'a.accounts.example',
    'https://',
    '',
  ])('is false for %j', (issuer) => expect(isTenantOrigin(issuer, binding)).toBe(false));
});

describe('TrustedIssuers', () => {
  const MINUTE = 60_000;
  const bound = { url: 'https://bound.example', domains: ['accounts.example'] } as unknown as IdentityBinding;
  const other = { url: 'https://other.example', domains: ['other.example'] } as unknown as IdentityBinding;
  const TENANT = 'https://t.accounts.example';

  let now: number;
  let trusted: TrustedIssuers;
  const resolver = vi.fn<IssuerResolver>();
  const warned = vi.spyOn(Logger.prototype, 'warn').mockReturnValue();

  beforeEach(() => {
    now = 1_000_000;
    resolver.mockReset().mockResolvedValue(true);
    warned.mockClear();
    trusted = issuers({ issuerResolver: resolver });
  });

  const clock = () => now;
  const issuers = (settings: Partial<IasSettings>) =>
    new TrustedIssuers(
      { trustedIssuers: [], outageTolerance: 60 * MINUTE, ...settings } as unknown as IasSettings,
      new Clocks(clock, clock),
    );
  const failure = (code: string): unknown => expect.objectContaining({ code });
  const outcomeOf = (issuer: string, binding = bound) =>
    trusted.trustedFor(issuer, binding).catch((error: { code?: string }) => error.code);

  describe('bindingsTrusting', () => {
    it('returns the bindings whose tenant is the issuer', () => {
      trusted = issuers({});
      expect(trusted.bindingsTrusting(bound.url, [bound, other])).toEqual([bound]);
      expect(trusted.bindingsTrusting(other.url, [bound, other])).toEqual([other]);
      expect(() => trusted.bindingsTrusting(TENANT, [bound, other])).toThrow(
        failure('token_issuer_untrusted'),
      );
      expect(() => trusted.bindingsTrusting(bound.url, [])).toThrow(failure('token_issuer_untrusted'));
    });

    it('returns all bindings for one of trustedIssuers', () => {
      trusted = issuers({ trustedIssuers: ['https://elsewhere.example'] });
      expect(trusted.bindingsTrusting('https://elsewhere.example', [bound, other])).toEqual([bound, other]);
    });

    it('with a resolver, returns the bindings that have the issuer under their domains', () => {
      expect(trusted.bindingsTrusting(TENANT, [bound, other])).toEqual([bound]);
      expect(() => trusted.bindingsTrusting('https://evil.example', [bound, other])).toThrow(
        failure('token_issuer_untrusted'),
      );
      expect(resolver).not.toHaveBeenCalled();
    });
  });

  it('trusts configured issuers for ever, without a call of the resolver', async () => {
    trusted = issuers({ issuerResolver: resolver, trustedIssuers: ['https://elsewhere.example'] });
    expect(await outcomeOf(bound.url)).toBe(Number.POSITIVE_INFINITY);
    expect(await outcomeOf('https://elsewhere.example')).toBe(Number.POSITIVE_INFINITY);
    expect(resolver).not.toHaveBeenCalled();
  });

  it('trusts an issuer that the resolver accepts for five minutes', async () => {
    expect(await outcomeOf(TENANT)).toBe(5 * MINUTE);
    now += 5 * MINUTE - 1;
    expect(await outcomeOf(TENANT)).toBe(1);
    expect(resolver.mock.calls).toEqual([[TENANT]]);
    resolver.mockResolvedValue(false);
    now += 1;
    expect(await outcomeOf(TENANT)).toBe('token_issuer_untrusted');
  });

  it('rejects an issuer that the resolver refuses for one minute', async () => {
    resolver.mockResolvedValue(false);
    expect(await outcomeOf(TENANT)).toBe('token_issuer_untrusted');
    resolver.mockResolvedValue(true);
    now += MINUTE - 1;
    expect(await outcomeOf(TENANT)).toBe('token_issuer_untrusted');
    expect(resolver).toHaveBeenCalledTimes(1);
    now += 1;
    expect(await outcomeOf(TENANT)).toBe(5 * MINUTE);
  });

  it.each([undefined, 'true', 1, {}])('treats the answer %j as a refusal', async (answer) => {
    resolver.mockResolvedValue(answer as never);
    expect(await outcomeOf(TENANT)).toBe('token_issuer_untrusted');
  });

  it('rejects an issuer that is not configured if there is no resolver', async () => {
    trusted = issuers({});
    expect(await outcomeOf(TENANT)).toBe('token_issuer_untrusted');
  });

  it('trusts an accepted issuer while the resolver fails, and no other, up to the tolerance', async () => {
    await outcomeOf(TENANT);
    resolver.mockRejectedValue(new Error('down'));
    now += 5 * MINUTE;
    expect(await outcomeOf(TENANT)).toBe(30_000);
    expect(await outcomeOf('https://new.accounts.example')).toBe('issuer_unresolved');
    now += 55 * MINUTE;
    expect(await outcomeOf(TENANT)).toBe('issuer_unresolved');
  });

  it('does not trust a refused issuer while the resolver fails', async () => {
    resolver.mockResolvedValue(false);
    await outcomeOf(TENANT);
    resolver.mockRejectedValue(new Error('down'));
    now += MINUTE;
    expect(await outcomeOf(TENANT)).toBe('issuer_unresolved');
  });

  it.each([
    ['TypeError', new TypeError('secret')],
    ['string', 'secret'],
  ])('reports the failure of the resolver as %s, and nothing more', async (reason, error) => {
    resolver.mockRejectedValue(error);
    await expect(trusted.trustedFor(TENANT, bound)).rejects.toMatchObject({
      code: 'issuer_unresolved',
      operatorDetail: `the issuer resolver failed with ${reason}`,
    });
    expect(warned.mock.calls).toEqual([[`The issuer resolver failed with ${reason}.`]]);
  });

  it('warns once for failures in a row, and again after a success', async () => {
    resolver.mockRejectedValue(new Error('down'));
    for (const _ of [1, 2, 3]) await outcomeOf(TENANT);
    expect(warned).toHaveBeenCalledTimes(1);
    resolver.mockResolvedValue(true);
    await outcomeOf(TENANT);
    resolver.mockRejectedValue(new Error('down'));
    await outcomeOf('https://new.accounts.example');
    expect(warned).toHaveBeenCalledTimes(2);
  });

  describe('with made-up issuers', () => {
    const madeUp = (index: number) => `https://n${index}.accounts.example`;

    it('asks the resolver about at most a hundred at once, and then one in 20 ms', async () => {
      resolver.mockResolvedValue(false);
      for (let index = 0; index < 100; index += 1) {
        expect(await outcomeOf(madeUp(index))).toBe('token_issuer_untrusted');
      }
      await expect(trusted.trustedFor(madeUp(100), bound)).rejects.toMatchObject({
        code: 'issuer_unresolved',
        operatorDetail: 'too many unknown issuers',
      });
      now += 20;
      expect(await outcomeOf(madeUp(101))).toBe('token_issuer_untrusted');
      expect(await outcomeOf(madeUp(102))).toBe('issuer_unresolved');
      expect(resolver).toHaveBeenCalledTimes(101);
    });

    it('runs at most twenty calls of the resolver at a time, which callers of the same issuer share', async () => {
      resolver.mockReturnValue(new Promise(() => undefined));
      for (let index = 0; index < 20; index += 1) void outcomeOf(madeUp(index));
      expect(await outcomeOf(madeUp(20))).toBe('issuer_unresolved');
      void outcomeOf(madeUp(19));
      expect(resolver).toHaveBeenCalledTimes(20);
    });

    it('lets a caller join a call that runs, whatever the limits are', async () => {
      let answer: (isTrusted: boolean) => void = () => undefined;
      resolver.mockReturnValueOnce(new Promise((resolve) => (answer = resolve)));
      resolver.mockReturnValue(new Promise(() => undefined));
      const all = [outcomeOf(madeUp(0))];
      for (let index = 1; index < 20; index += 1) void outcomeOf(madeUp(index));
      all.push(outcomeOf(madeUp(0)));
      answer(true);
      expect(await Promise.all(all)).toEqual([5 * MINUTE, 5 * MINUTE]);
    });

    it('asks about an issuer that it accepted before, whatever the limits are', async () => {
      await outcomeOf(TENANT);
      now += 5 * MINUTE;
      const pending = new Promise<boolean>(() => undefined);
      resolver.mockImplementation((issuer) => (issuer === TENANT ? true : pending));
      for (let index = 0; index < 20; index += 1) void outcomeOf(madeUp(index));
      expect(await outcomeOf(TENANT)).toBe(5 * MINUTE);
    });
  });
});
