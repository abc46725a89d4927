import { describe, expect, it } from 'vitest';
import type { IdentityBinding } from '../../binding/identity-binding.js';
import type { IasSettings } from '../../core/settings.js';
import type { IasClaims } from '../access-token-schema.js';
import { AudienceAndDates } from './4-audience-and-dates.js';

const NOW_SECONDS = 1_000_000;
const step = new AudienceAndDates({ clockTolerance: 30 } as IasSettings, () => NOW_SECONDS * 1_000);
const binding = (clientId: string, url: string) => ({ clientId, url }) as IdentityBinding;
const [first, second] = [binding('C', 'https://t.example'), binding('D', 'https://u.example')];
const bindingFor = (claims: Partial<IasClaims>, issuer = 'https://t.example') =>
  step.bindingFor(issuer, { iss: issuer, aud: 'C', exp: NOW_SECONDS, ...claims }, [first, second]);

describe('AudienceAndDates', () => {
  it.each([
    ['C', first],
    ['D', second],
    [['x', 'D'], second],
  ])('returns the binding for the audience %j', (aud, expected) => {
    expect(bindingFor({ aud })).toBe(expected);
  });

  it('prefers the binding of the issuer among several audiences', () => {
    expect(bindingFor({ aud: ['C', 'D'] }, 'https://u.example')).toBe(second);
    expect(bindingFor({ aud: ['C', 'D'] }, 'https://v.example')).toBe(first);
  });

  it('does not prefer the binding of the issuer if the token is for another one', () => {
    expect(bindingFor({ aud: 'C' }, 'https://u.example')).toBe(first);
    expect(bindingFor({ aud: 'D' }, 'https://t.example')).toBe(second);
  });

  it.each([
    [{ iat: NOW_SECONDS + 75 }, '"iat" is 75 s in the future: the clock of this machine is slow'],
    [{ iat: NOW_SECONDS, nbf: NOW_SECONDS + 31.5 }, '"nbf" is 32 s in the future'],
    [{ exp: NOW_SECONDS - 90 }, '"exp" was 90 s ago'],
  ])('tells the operator by how much the clocks differ: %j', (claims, detail) => {
    const operatorDetail: unknown = expect.stringContaining(detail);
    expect(() => bindingFor(claims)).toThrow(expect.objectContaining({ operatorDetail }));
  });

  it.each([
    ['token_audience_mismatch', { aud: 'E' }],
    ['token_audience_mismatch', { aud: ['c', 'CD'] }],
    ['token_expired', { exp: NOW_SECONDS - 30 }],
    ['token_not_yet_valid', { nbf: NOW_SECONDS + 31 }],
    ['token_not_yet_valid', { iat: NOW_SECONDS + 31 }],
  ])('rejects with %s: %j', (code, claims) => {
    expect(() => bindingFor(claims)).toThrow(expect.objectContaining({ code }));
  });

  it.each([{ exp: NOW_SECONDS - 29 }, { nbf: NOW_SECONDS + 30 }, { iat: NOW_SECONDS + 30 }])(
    'accepts %j within the clock tolerance',
    (claims) => {
      expect(bindingFor(claims)).toBe(first);
    },
  );

  it('adds the clock tolerance to the lifetime', () => {
    expect(step.lifetimeOf({ iss: 'i', aud: 'C', exp: NOW_SECONDS + 60 })).toBe(90_000);
  });
});
