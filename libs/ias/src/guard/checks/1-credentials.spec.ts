import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { ReceivedRequest } from '../received-request.js';
import { parseBearerCredentials, readCredentials } from './1-credentials.js';

describe('parseBearerCredentials', () => {
  it.each([
    ['Bearer abc', 'abc'],
    ['bearer abc', 'abc'],
    ['BEARER   abc', 'abc'],
    ['Bearer !?"\u00e9', '!?"\u00e9'],
    ['Bearer \u00a0abc', '\u00a0abc'],
    [`Bearer ${'a'.repeat(8_192)}`, 'a'.repeat(8_192)],
  ])('reads the value of %j', (value, token) => {
    expect(parseBearerCredentials([value])).toBe(token);
  });

  it.each([
    [[], 'credentials_missing'],
    [[''], 'credentials_missing'],
    [['Basic dTpw'], 'credentials_missing'],
    [['Bearerx abc'], 'credentials_missing'],
    [['DPoP abc'], 'credentials_missing'],
    [['Bearer a', 'Bearer a'], 'authorization_repeated'],
    [['Basic a', 'Bearer a'], 'authorization_repeated'],
    [['Bearer'], 'authorization_malformed'],
    [['Bearer '], 'authorization_malformed'],
    [['Bearer a\r\nb c'], 'authorization_malformed'],
    [['Basic\r\n Bearer a'], 'authorization_malformed'],
    [[' Bearer a'], 'authorization_malformed'],
    [['Bearer a b'], 'authorization_malformed'],
    [['Bearer a,Bearer b'], 'authorization_malformed'],
    [['Bearer a\tb'], 'authorization_malformed'],
    [['Bearer\ta'], 'authorization_malformed'],
    [['Bearer: a'], 'authorization_malformed'],
    [['"Bearer" a'], 'authorization_malformed'],
    [[`Bearer ${'a'.repeat(8_193)}`], 'token_too_large'],
  ])('refuses %j', (values, code) => {
    expect(() => parseBearerCredentials(values)).toThrow(expect.objectContaining({ code }));
  });
});

describe('readCredentials', () => {
  const request = (...rawHeaders: string[]) => new ReceivedRequest({ rawHeaders } as IncomingMessage);
  const fillers = (count: number) => Array.from({ length: count }, () => ['x', 'y']).flat();
  const failure = (code: string): unknown => expect.objectContaining({ code });

  it('reads the Authorization header', () => {
    expect(readCredentials(request('Host', 'a', 'AUTHORIZATION', 'Bearer abc'))).toBe('abc');
    expect(() => readCredentials(request('Host', 'a'))).toThrow(failure('credentials_missing'));
  });

  it('refuses a request with so many headers that Node.js may have dropped others', () => {
    const credentials = ['Authorization', 'Bearer abc'];
    expect(readCredentials(request(...credentials, ...fillers(998)))).toBe('abc');
    expect(() => readCredentials(request(...credentials, ...fillers(999)))).toThrow(
      failure('headers_too_many'),
    );
  });
});
