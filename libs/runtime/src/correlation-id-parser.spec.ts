import { describe, expect, it } from 'vitest';
import { parseCorrelationId } from './correlation-id-parser.js';

const UUID = '0b1c7a52-5d7e-4d0b-9f0b-3f8c5b8f9a11';

describe('parseCorrelationId', () => {
  it.each(['x-correlationid', 'x-correlation-id', 'x-request-id', 'x-vcap-request-id'])(
    'accepts %s',
    (name) => {
      expect(parseCorrelationId({ [name]: UUID })).toBe(UUID);
    },
  );

  it('prefers the ID of the caller to that of the router', () => {
    expect(parseCorrelationId({ 'x-vcap-request-id': 'router', 'x-correlationid': 'caller' })).toBe('caller');
  });

  it.each([
    ['empty', ''],
    ['longer than 128 characters', 'a'.repeat(129)],
    ['with a line break', 'a\r\nset-cookie: b'],
    ['with markup', '<b>'],
    ['sent twice', `${UUID}, ${UUID}`],
  ])('ignores an ID that is %s', (_, value) => {
    expect(parseCorrelationId({ 'x-correlationid': value, 'x-vcap-request-id': 'router' })).toBe('router');
    expect(parseCorrelationId({ 'x-correlationid': value })).toBeUndefined();
  });
});
